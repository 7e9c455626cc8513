using System.Security.Cryptography;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;

namespace BioLearn.Cli.Recollection;

internal sealed record ModelChoice(string Name, string Sha256, CnnModel Model, ImagePreprocessing Preprocessing, IReadOnlyList<string> Classes)
{
    public static ModelChoice Load(RecollectSettings settings, int threads)
    {
        var path = settings.Model;
        if (!File.Exists(path))
            path = Path.Combine(AppContext.BaseDirectory, "models", settings.Model + "-caltech101.onnx");
        if (!File.Exists(path))
            throw new UsageException($"--model {settings.Model}: no bundled network and no file of this name");
        var model = CnnModel.Load(path, new CnnModelOptions { Provider = settings.Provider, Threads = threads });
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        var shape = model.InputShape;
        return new(Path.GetFileNameWithoutExtension(path), hash, model, new ImagePreprocessing { Width = shape.Width, Height = shape.Height }, []);
    }
}
