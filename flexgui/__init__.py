"""FlexGUI plans VMware clusters whose hosts have different CPU generations."""

__version__ = "0.1.0"
