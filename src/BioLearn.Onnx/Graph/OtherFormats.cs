namespace BioLearn.Onnx.Graph;

/// <summary>Files that people take for ONNX models, told by their first bytes, and what to do with each.</summary>
internal static class OtherFormats
{
    private static readonly (int Offset, byte[] Signature, string Name)[] Known =
    [
        (0, "version https://git-lfs"u8.ToArray(), "a Git LFS pointer, not the model itself: run git lfs pull, or download the file"),
        (0, [0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file, as Keras writes: convert the model with tf2onnx"),
        (4, "TFL3"u8.ToArray(), "a TensorFlow Lite model: convert it with tf2onnx --tflite"),
        (4, "ORTM"u8.ToArray(), "a model in ONNX Runtime's own format: take the .onnx file that it was made from"),
        (0, "PK\u0003\u0004"u8.ToArray(), "a zip archive, as PyTorch (.pt, .pth) and Keras (.keras) write: export the model with torch.onnx or tf2onnx"),
        (0, [0x80, 2], "a pickle, as PyTorch writes: export the model with torch.onnx"),
        (0, [0x80, 3], "a pickle, as PyTorch writes: export the model with torch.onnx"),
        (0, [0x80, 4], "a pickle, as PyTorch writes: export the model with torch.onnx"),
        (8, "{\""u8.ToArray(), "a safetensors file, which has weights and no network: export the model with torch.onnx"),
        (0, "GGUF"u8.ToArray(), "a GGUF file"),
        (0, [0x1F, 0x8B], "compressed by gzip: unpack it"),
        (0, "<"u8.ToArray(), "a web page or another text in tags: download the file itself"),
        (0, [0x89, (byte)'P', (byte)'N', (byte)'G'], "a picture"),
        (0, [0xFF, 0xD8, 0xFF], "a picture"),
    ];

    /// <summary>What a stream holds, by its first bytes; null if that is none of these. The stream stands where it stood.</summary>
    public static string? Name(Stream stream)
    {
        if (!stream.CanSeek) return null;
        long start = stream.Position;
        Span<byte> head = stackalloc byte[32];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        stream.Position = start;
        foreach ((int offset, byte[] signature, string name) in Known)
        {
            if (head.Length >= offset && head[offset..].StartsWith(signature)) return name;
        }
        return null;
    }
}
