namespace BioLearn.ML.Networks;

/// <summary>How square sliding windows are written as ONNX. Signals whose shape is a vector have two axes, images four.</summary>
internal static class OnnxWindow
{
    /// <summary>Adds a node that works on images, between tensors in the form of their shapes.</summary>
    public static string Node(IOnnxNodes writer, string operation, IReadOnlyList<string> inputs, TensorShape input, TensorShape output, params (string Name, object Value)[] attributes)
    {
        string image = input.IsVector ? writer.Node("Reshape", [inputs[0], writer.Integers(0, input.Channels, 1, 1)]) : inputs[0];
        string result = writer.Node(operation, [image, .. inputs.Skip(1)], attributes);
        return output.IsVector ? writer.Node("Flatten", [result], ("axis", 1L)) : result;
    }

    public static (string Name, object Value)[] Attributes(long size, long stride, long padding, long dilation = 1) =>
    [
        ("kernel_shape", new[] { size, size }),
        ("strides", new[] { stride, stride }),
        ("pads", new[] { padding, padding, padding, padding }),
        .. dilation == 1 ? Array.Empty<(string, object)>() : [("dilations", new[] { dilation, dilation })],
    ];
}
