using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;

namespace BioLearn.Onnx.Graph;

/// <summary>Parses the protobuf of a model file; whatever is wrong with it becomes an <see cref="OnnxModelException"/>.</summary>
internal static class OnnxFile
{
    // Subgraphs nest; what exporters write stays far below.
    private const int MaxNesting = 100;

    public static ModelProto Parse(Stream stream, string? file)
    {
        if (stream.CanSeek && stream.Length - stream.Position > int.MaxValue)
            throw new OnnxModelException("larger than 2 GB, which protobuf cannot hold: store the weights as external data", file);
        string? kind = OtherFormats.Name(stream);
        if (kind is { } pointer && pointer.Contains("Git LFS", StringComparison.Ordinal)) throw new OnnxModelException($"is {pointer}", file);
        ModelProto model;
        try
        {
            using CodedInputStream input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, MaxNesting);
            model = ModelProto.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxModelException(kind is null ? $"is not an ONNX model, or is damaged: {e.Message}" : $"is not an ONNX model but {kind}", file, inner: e);
        }
        if (model.Graph is null) throw new OnnxModelException(kind is null ? "is not an ONNX model: it holds no graph" : $"is not an ONNX model but {kind}", file);
        return model;
    }

    /// <summary>Version of the standard operator set that the model was written for.</summary>
    public static int OperatorSet(ModelProto model, string? file)
    {
        long version = model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).DefaultIfEmpty(0).Max();
        return version is >= 7 and <= 99
            ? (int)version
            : throw new OnnxModelException($"has operator set {version}; 7 or newer is needed: convert it with onnx.version_converter", file);
    }
}
