using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;

namespace BioLearn.Onnx.Graph;

/// <summary>A model's file with the weights that lie beside it put inside, for what must keep a model in one piece.</summary>
internal static class SelfContained
{
    /// <summary>The bytes; those of the file itself where it has all its weights; null where they are more than 2 GB, which no ONNX file can hold.</summary>
    /// <exception cref="OnnxModelException">The file is damaged, or weights are missing.</exception>
    public static byte[]? Read(string path)
    {
        ModelProto model;
        using (FileStream stream = File.OpenRead(path)) model = OnnxFile.Parse(stream, path);
        TensorProto[] beside = [.. Tensors(model.Graph).Where(ConstantReader.IsExternal)];
        if (beside.Length == 0) return File.ReadAllBytes(path);
        var reader = new ConstantReader(path);
        if (new FileInfo(path).Length + beside.Sum(reader.ExternalLength) > int.MaxValue) return null;
        foreach (TensorProto tensor in beside) reader.Embed(tensor);
        return model.ToByteArray();
    }

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer.Concat(graph.Node.SelectMany(node => node.Attribute)
        .SelectMany(attribute => (attribute.T is { } tensor ? [tensor] : Enumerable.Empty<TensorProto>()).Concat(attribute.G is { } inner ? Tensors(inner) : [])));
}
