using System.Diagnostics;
using System.Runtime.InteropServices;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Catalogs;
using Microsoft.ML;
using Xunit.Sdk;

namespace BioLearn.ML.Tests.Hosting.Exports;

/// <summary>NumPy itself reads the files (Debian: apt-get install python3-numpy); where it is not installed, the tests are skipped and say so.</summary>
public sealed class NumpyTests : IDisposable
{
    private const string Safetensors = """
        import json, struct
        def load(path):
            data = open(path, 'rb').read()
            n, = struct.unpack('<Q', data[:8])
            header = json.loads(data[8:8 + n])
            kinds = {'F32': '<f4', 'F64': '<f8', 'I64': '<i8', 'I32': '<i4', 'U8': '|u1'}
            return {k: np.frombuffer(data[8 + n + v['data_offsets'][0]:8 + n + v['data_offsets'][1]], kinds[v['dtype']]).reshape(v['shape']) for k, v in header.items() if k != '__metadata__'}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("numpy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("t.npz", "np.load(path)")]
    [InlineData("t.safetensors", "load(path)")]
    public void Numbers_are_read_bit_by_bit(string name, string load)
    {
        float[] singles = [1, -2, 3.5f, float.Epsilon, float.NaN, float.NegativeInfinity];
        double[] doubles = [.1, -7.25, 1e-300];
        new NamedTensors().Add<float>("W1", singles, 2, 3).Add<double>("b", doubles, 3).Add<long>("n", [1L << 40]).Add<int>("i", [-5, 7], 2, 1).Add<byte>("u", [200, 1], 1, 2).Add<float>("none", [], 0, 4).Save(Path.Combine(_folder, name));
        string said = Python($"""
            {Safetensors}
            path = '{Path.Combine(_folder, name)}'
            t = {load}
            for k in ['W1', 'b', 'n', 'i', 'u', 'none']:
                print(k, t[k].dtype.name, t[k].shape, t[k].tobytes().hex())
            """);
        Assert.Equal(
            [
                $"W1 float32 (2, 3) {Hex<float>(singles)}",
                $"b float64 (3,) {Hex<double>(doubles)}",
                $"n int64 () {Hex<long>([1L << 40])}",
                $"i int32 (2, 1) {Hex<int>([-5, 7])}",
                "u uint8 (1, 2) c801",
                "none float32 (0, 4)",
            ],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Network_is_computed_again_from_the_two_files()
    {
        MLContext mlContext = new(seed: 1);
        IDataView rows = CatalogRows.Of(mlContext, PredictionTask.Multiclass);
        ITransformer model = mlContext.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { HiddenUnits = [7, 5], NumberOfEpochs = 3, Activation = Activation.Tanh }).Fit(rows);
        model.GetTensors().Save(Path.Combine(_folder, "weights.npz"));
        model.GetActivations(rows).Add<float>("x", [.. Enumerable.Range(0, CatalogRows.Count).SelectMany(CatalogRows.Features)], CatalogRows.Count, CatalogRows.Width).Save(Path.Combine(_folder, "activations.npz"));
        Assert.Equal("ok", Python($"""
            w, a = np.load('{_folder}/weights.npz'), np.load('{_folder}/activations.npz')
            h1 = np.tanh(a['x'] @ w['W1'].T + w['b1'])
            h2 = np.tanh(h1 @ w['W2'].T + w['b2'])
            s = np.exp(h2 @ w['W3'].T + w['b3'])
            s /= s.sum(1, keepdims=True)
            assert abs(h1 - a['h1']).max() < 1e-5 and abs(h2 - a['h2']).max() < 1e-5 and abs(s - a['Score']).max() < 1e-5
            assert (s.argmax(1) + 1 == a['PredictedLabel']).all() and h1.std() > .01
            print('ok')
            """).Trim());
    }

    private static string Hex<T>(ReadOnlySpan<T> values)
        where T : unmanaged
        => Convert.ToHexStringLower(MemoryMarshal.AsBytes(values));

    /// <summary>What a program prints under a Python that has NumPy: Debian's, or the one of the path.</summary>
    private static string Python(string program)
    {
        string python = Array.Find(["/usr/bin/python3", "python3"], one => Run(one, "import numpy") is (0, _)) ?? throw SkipException.ForSkip("no python3 with numpy (Debian: apt-get install python3-numpy)");
        (int exitCode, string output) = Run(python, $"import numpy as np\n{program}");
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static (int ExitCode, string Output) Run(string python, string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python) { ArgumentList = { "-c", program }, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
