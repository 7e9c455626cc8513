using System.Text.Json;
using System.Text.Json.Serialization;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Models;

/// <summary>The JSON form of a <see cref="ModelCard"/>.</summary>
internal static class ModelCardFile
{
    public const int SchemaVersion = 1;

    private const long MaxBytes = 16 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Path of a model's card: alexnet.onnx has alexnet.card.json.</summary>
    public static string PathBeside(string modelPath) => Path.ChangeExtension(modelPath, ".card.json");

    /// <summary>Reads and checks a card.</summary>
    /// <exception cref="OnnxModelException">The file is not a card, or a value is impossible.</exception>
    public static ModelCard Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes) throw new OnnxModelException($"is larger than {MaxBytes} bytes: not a model card", path);
        Content content;
        try
        {
            using FileStream stream = File.OpenRead(path);
            content = JsonSerializer.Deserialize<Content>(stream, Options) ?? throw new OnnxModelException("is empty", path);
        }
        catch (JsonException e)
        {
            throw new OnnxModelException($"is not a model card: {e.Message}", path, inner: e);
        }
        if (content.SchemaVersion != SchemaVersion) throw new OnnxModelException($"has schemaVersion {content.SchemaVersion}; {SchemaVersion} is read by this release", path);
        return content.ToCard(path);
    }

    /// <summary>Writes a card beside the file, then renames it.</summary>
    public static void Write(string path, ModelCard card) => SafeFile.WriteText(path, JsonSerializer.Serialize(Content.Of(card), Options) + "\n");

    private sealed record Content(
        int SchemaVersion, string? Name, string? Title, string? Sha256, string? License, string? Source,
        PreprocessingContent? Preprocessing, AccuracyContent? Accuracy, string[]? Classes)
    {
        public static Content Of(ModelCard card) => new(
            ModelCardFile.SchemaVersion, card.Name, card.Title, card.Sha256, card.License, card.Source,
            PreprocessingContent.Of(card.Preprocessing),
            card.Top1Accuracy is null && card.Top5Accuracy is null ? null : new(card.Top1Accuracy, card.Top5Accuracy, null),
            [.. card.Classes]);

        public ModelCard ToCard(string path)
        {
            if (string.IsNullOrWhiteSpace(Name)) throw new OnnxModelException("has no name", path);
            if (Sha256 is not null && !(Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigit))) throw new OnnxModelException($"sha256 \"{Sha256}\" is not 64 hexadecimal digits", path);
            return new()
            {
                Name = Name,
                Title = Title ?? "",
                Sha256 = Sha256,
                License = License ?? "",
                Source = Source ?? "",
                Preprocessing = (Preprocessing ?? throw new OnnxModelException("has no preprocessing", path)).ToPreprocessing(path),
                Top1Accuracy = Accuracy?.Top1,
                Top5Accuracy = Accuracy?.Top5,
                Classes = Classes ?? [],
                IsRead = true,
            };
        }
    }

    private sealed record AccuracyContent(double? Top1, double? Top5, string? MeasuredOn);

    private sealed record PreprocessingContent(int Width, int Height, ChannelOrder Channels, float Divisor, float[]? Mean, float[]? StandardDeviation, double? ResizeRatio)
    {
        public static PreprocessingContent Of(ImagePreprocessing p) => new(p.Width, p.Height, p.Channels, p.Divisor, [.. p.Mean], [.. p.StandardDeviation], p.ResizeRatio == 1 ? null : p.ResizeRatio);

        public ImagePreprocessing ToPreprocessing(string path)
        {
            var p = new ImagePreprocessing { Width = Width, Height = Height, Channels = Channels, Divisor = Divisor, ResizeRatio = ResizeRatio ?? 1 };
            p = p with { Mean = Mean ?? new float[p.ChannelCount], StandardDeviation = StandardDeviation ?? [.. Enumerable.Repeat(1f, p.ChannelCount)] };
            if (Width is < 1 or > 1 << 16 || Height is < 1 or > 1 << 16) throw new OnnxModelException($"preprocessing is to {Width}x{Height}", path);
            if (!(p.Divisor > 0 && float.IsFinite(p.Divisor))) throw new OnnxModelException($"divisor is {Divisor}; it must be above 0", path);
            if (!(p.ResizeRatio is >= 1 and <= 16)) throw new OnnxModelException($"resizeRatio is {ResizeRatio}; it must be 1 to 16", path);
            if (p.Mean.Count != p.ChannelCount || p.StandardDeviation.Count != p.ChannelCount || !p.Mean.All(float.IsFinite) || !p.StandardDeviation.All(s => s > 0 && float.IsFinite(s)))
                throw new OnnxModelException($"mean and standardDeviation must have {p.ChannelCount} values, the latter above 0", path);
            return p;
        }
    }
}
