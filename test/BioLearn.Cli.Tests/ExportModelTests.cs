using System.Globalization;
using System.IO.Compression;
using BioLearn.ML;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Cli.Tests;

/// <summary><c>biolearn export</c> on what the tool's own commands saved.</summary>
public sealed class ExportModelTests : IDisposable
{
    private const int Rows = 30;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Weights_activations_and_onnx_of_a_trained_folder()
    {
        string table = Table();
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "2", "--out", _folder["trained"])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync("export", _folder["trained"], "--to", _folder["w.npz"], "--to", _folder["w.safetensors"], "--to", _folder["w.onnx"], "--rows", table, "--activations", _folder["a.npz"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("4 x 2", output, StringComparison.Ordinal);
        Assert.Contains($"{Rows} x 4", output, StringComparison.Ordinal);
        Assert.Equal(["W1.npy", "b1.npy", "W2.npy", "b2.npy", "K2.npy"], Entries("w.npz"));
        Assert.Equal(["h1.npy", "h2.npy", "Score.npy"], Entries("a.npz")); // the predicted class is a word
        Assert.True(new FileInfo(_folder["w.onnx"]).Length > 100);
        var mlContext = new MLContext();
        BioLearnModel.Load(mlContext, _folder["trained/model.zip"], out _).GetTensors().Save(_folder["again.npz"]);
        Assert.Equal(File.ReadAllBytes(_folder["again.npz"]), File.ReadAllBytes(_folder["w.npz"]));
    }

    [Fact]
    public async Task Pictures_whose_classes_have_no_onnx_form_leave_with_their_scores()
    {
        Assert.Equal(0, (await Tool.RunAsync("train", "--layers", "4", "--epochs", "1", "--steps-per-epoch", "2", "--diagnostics-every", "0", "--out", _folder["trained"])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync("export", _folder["trained"], "--to", _folder["w.onnx"]);
        Assert.True(exitCode == 0 && output.Contains("Score alone: The column PredictedLabel cannot be written", StringComparison.Ordinal), output);
        using InferenceSession session = new(_folder["w.onnx"]);
        Assert.Equal(["Score"], session.OutputMetadata.Keys);
    }

    [Fact]
    public async Task Networks_by_themselves_have_weights_and_no_rows()
    {
        string plastic = Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn");
        Assert.Equal(0, (await Tool.RunAsync("export", plastic, "--to", _folder["w.npz"])).ExitCode);
        Assert.Equal(["w.npy", "alpha.npy", "eta.npy"], Entries("w.npz"));
        var (exitCode, output) = await Tool.RunAsync("export", plastic, "--rows", Table(), "--activations", _folder["a.npz"]);
        Assert.True(exitCode == 2 && output.Contains("a network by itself", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task What_cannot_be_written_is_one_sentence()
    {
        string table = Table();
        MLContext mlContext = new(seed: 1);
        IDataView rows = mlContext.Data.LoadFromTextFile(table, [new("x", Microsoft.ML.Data.DataKind.Single, 0), new("y", Microsoft.ML.Data.DataKind.Single, 1)], separatorChar: ',', hasHeader: true);
        mlContext.Model.Save(mlContext.Transforms.Concatenate("Features", "x", "y").Fit(rows), rows.Schema, _folder["bare.zip"]);
        foreach (var (line, word, exit) in ((string[], string, int)[])
        [
            (["export", _folder["bare.zip"], "--to", _folder["w.npz"]], "holds no weights of BioLearn: its only part is ColumnConcatenatingTransformer", 1),
            (["export", _folder["bare.zip"], "--to", _folder["w.onnx"]], "cannot be written as ONNX", 1),
            (["export", _folder["bare.zip"], "--to", _folder["w.h5"]], ".npz, .safetensors or .onnx", 2),
            (["export", _folder["bare.zip"]], "nothing to write", 2),
            (["export", _folder["bare.zip"], "--activations", _folder["a.npz"]], "expected --rows, too", 2),
            (["export", _folder["none.zip"], "--to", _folder["w.npz"]], "no such file", 2),
        ])
        {
            var (exitCode, output) = await Tool.RunAsync(line);
            Assert.True(exitCode == exit && output.Contains(word, StringComparison.Ordinal), $"{exitCode}: {output}");
            Assert.Empty(Directory.GetFiles(_folder.Path, "w.*"));
        }
    }

    private string[] Entries(string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder[name]);
        return [.. archive.Entries.Select(entry => entry.Name)];
    }

    private string Table()
    {
        File.WriteAllText(_folder["t.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 3},{i % 7},{"abc"[i % 3]}\n"))));
        return _folder["t.csv"];
    }
}
