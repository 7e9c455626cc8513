using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Onnx.Tests.Graph;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Tests.Reversal;

/// <summary>The reversal on ONNX Runtime, and the merged graph, against the kernels.</summary>
public sealed class RuntimeReversalTests : IDisposable
{
    private const int Count = 3;

    private static readonly RecollectionOptions Plain = new() { Normalization = CurrentNormalization.None, ResponseNorm = ResponseNormRule.Identity };

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    public static TheoryData<string> Variants =>
        ["plain", "sum", "minmax", "rectified", "deconvnet", "gradient", "winner", "notebook crop", "take positive", "trace", "batch norm undone"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Runtime_gives_what_the_kernels_give_on_every_network(string variant)
    {
        RecollectionOptions options = Options(variant);
        foreach (CnnModel model in Models())
        {
            using (model)
            {
                if (options.Shape == ShapeMode.NotebookCrop && model.Graph.Nodes.Any(node => node is AddNode or ConcatNode))
                    continue;
                using var kernels = new Recollector(model, Cue.OutputLayer, options);
                using var runtime = new Recollector(model, Cue.OutputLayer, options with { Executor = ReversalExecutor.OnnxRuntime });
                ForwardTrace trace = model.Forward(Images(model), Count, kernels.Request);
                IReadOnlyList<RecollectedImage> expected = kernels.Recollect(trace, keepCurrents: true), actual = runtime.Recollect(trace, keepCurrents: true);
                for (int i = 0; i < Count; i++)
                {
                    string what = $"{variant}, {model.Graph.Name}, image {i}";
                    AssertNear(expected[i].Values, actual[i].Values, what);
                    Assert.Equal(expected[i].Currents.Select(c => (c.Level, c.Shape)), actual[i].Currents.Select(c => (c.Level, c.Shape)));
                    foreach ((LevelCurrent a, LevelCurrent b) in expected[i].Currents.Zip(actual[i].Currents)) AssertNear(a.Values, b.Values, $"{what}, {a.Level}");
                }
            }
        }
    }

    [Fact]
    public void Runtime_runs_consecutive_operators_in_one_session()
    {
        using CnnModel model = CnnModel.Load("alexnet", new() { Provider = ExecutionProvider.Cpu });
        using var recollector = new Recollector(model, Cue.PredictedClass, Plain);
        using var reversal = new RuntimeReversal(recollector.Plan, model.Options, null);
        // Three unpoolings stand between four stretches of linear layers.
        Assert.Equal(4, reversal.Parts.OfType<RuntimeReversal.SessionPart>().Count());
        Assert.Equal(3, reversal.Parts.OfType<RuntimeReversal.KernelPart>().Count(part => part.Step is OperatorStep));
    }

    [Theory]
    [InlineData(Unpooling.Switches)]
    [InlineData(Unpooling.Sum)]
    public void Merged_graph_in_a_file_gives_what_the_kernels_give(Unpooling unpooling)
    {
        foreach (CnnModel model in Models())
        {
            using (model)
            {
                Cue cue = Cue.ClassUnit(1);
                using var recollector = new Recollector(model, cue, Plain with { Unpooling = unpooling });
                recollector.SaveOnnx(_path);
                float[] images = Images(model), seed = new float[Count * model.Classes];
                for (int i = 0; i < Count; i++) seed[i * model.Classes + 1] = 1;
                IReadOnlyList<RecollectedImage> expected = recollector.Recollect(images, Count);
                using var session = new InferenceSession(_path);
                using OrtValue image = OrtValue.CreateTensorValueFromMemory(images, [Count, .. model.InputShape.Dimensions.Select(d => (long)d)]);
                using OrtValue start = OrtValue.CreateTensorValueFromMemory(seed, [Count, .. model.Graph.Logits.Shape.Dimensions.Select(d => (long)d)]);
                using var run = new RunOptions();
                using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image", "cue"], [image, start], ["recollected", "logits"]);
                float[] recollected = outputs[0].GetTensorDataAsSpan<float>().ToArray();
                for (int i = 0; i < Count; i++)
                    AssertNear(expected[i].Values, recollected.AsMemory(i * expected[i].Shape.Count, expected[i].Shape.Count), $"{model.Graph.Name} {unpooling}, image {i}");
                Assert.Equal(Count * model.Classes, outputs[1].GetTensorDataAsSpan<float>().Length);
            }
        }
    }

    [Fact]
    public void Merged_graph_of_a_variant_that_onnx_cannot_express_is_refused_and_nothing_is_written()
    {
        using CnnModel model = CnnModel.Load(FixtureFiles.OwnFile("reconstruct", "mini_alexnet.onnx"), new() { Provider = ExecutionProvider.Cpu });
        foreach (RecollectionOptions options in new[] { Plain with { Normalization = CurrentNormalization.MinMax }, Plain with { Unpooling = Unpooling.Distribute }, Plain with { WinnerTakesAll = true } })
        {
            using var recollector = new Recollector(model, Cue.PredictedClass, options);
            Assert.Throws<ReversalException>(() => recollector.SaveOnnx(_path));
            Assert.False(File.Exists(_path));
        }
    }

    private static RecollectionOptions Options(string variant) => variant switch
    {
        "sum" => Plain with { Unpooling = Unpooling.Sum },
        "minmax" => new(),
        "rectified" => Plain with { RectifyConvolution = true, RectifyDense = true },
        "deconvnet" => RecollectionOptions.DeconvNet,
        "gradient" => RecollectionOptions.Gradient,
        "winner" => Plain with { WinnerTakesAll = true },
        "notebook crop" => Plain with { Shape = ShapeMode.NotebookCrop },
        "take positive" => Plain with { TakePositive = true },
        "trace" => Plain with { GlobalPooling = GlobalPoolingRule.Trace },
        "batch norm undone" => Plain with { BatchNorm = BatchNormRule.Inverse },
        _ => Plain,
    };

    private static IEnumerable<CnnModel> Models()
    {
        CnnModelOptions options = new() { Provider = ExecutionProvider.Cpu };
        foreach (string path in FixtureFiles.Find("reconstruct", "*.onnx")) yield return CnnModel.Load(path, options);
        foreach (string path in FixtureFiles.Find("mlnet", "*_a.json")) yield return CnnModel.Load(new MemoryStream(FixtureFiles.Read(path).GetProperty("onnx_base64").GetBytesFromBase64()), options);
        yield return CnnModel.Load(new MemoryStream(Odd().Bytes), options);
    }

    // Transposed convolution, split, strided slice, pad, transpose, padded average pool, weights by groups.
    private static ModelBuilder Odd() => new ModelBuilder(18, "N", 3, 12, 14)
        .Weights("w1", 3, 4, 3, 3).Node("ConvTranspose", "x,w1", "c1", ("strides", (int[])[2, 2]), ("output_padding", (int[])[1, 0])).Node("Relu", "c1", "r1")
        .Node("AveragePool", "r1", "p1", ("kernel_shape", (int[])[3, 3]), ("strides", (int[])[2, 2]), ("pads", (int[])[1, 1, 1, 1]))
        .Node("Split", "p1", "s1,s2", ("axis", 1), ("num_outputs", 2)).Node("Concat", "s2,s1", "k", ("axis", 1))
        .Longs("st", 0, 1).Longs("en", 100, 100).Longs("ax", 2, 3).Longs("sp", 2, 2).Node("Slice", "k,st,en,ax,sp", "sl")
        .Longs("pd", 0, 1, 0, 1, 0, 0, 2, 0).Node("Pad", "sl,pd", "pa").Node("Transpose", "pa", "t", ("perm", (int[])[0, 2, 1, 3])).Node("Relu", "t", "r2")
        .Weights("gw", 9, 8, 4).Node("MatMul", "r2,gw", "m")
        .Node("GlobalAveragePool", "m", "g").Node("Flatten", "g", "f").Weights("fw", 9, 5).Node("Gemm", "f,fw", "y");

    private static float[] Images(CnnModel model)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, Count * model.InputShape.Count).Select(_ => (float)(3 * random.NextDouble() - 1))];
    }

    private static void AssertNear(ReadOnlyMemory<float> expected, ReadOnlyMemory<float> actual, string what) =>
        JsonTensor.AssertNear(actual.Span, Array.ConvertAll(expected.ToArray(), v => (double)v), 1e-5, what);
}
