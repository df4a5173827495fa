"""Pictures of pools: grids, the heat map, curves, and their export. Import the heat map and the curves late:
they need pyqtgraph."""
