using System.Globalization;
using System.Text.Json;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using WinnerTakesAll = BioLearn.Kernels.Convolution.WinnerTakesAll;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>Each primitive of the notebooks against the figures of <c>primitives*.json</c>.</summary>
public class PrimitiveFixtureTests
{
    private static readonly ReversalRules Plain = new() { Unpooling = _ => Unpooling.Switches, WinnerTakesAll = _ => false, LevelOperation = _ => null };

    [Fact]
    public void Normalisations_equal_the_fixture() => ForEach("normalize", (item, name) =>
    {
        CurrentNormalization method = RecollectionTokens.ParseNormalization(item.Text("method"));
        float[] current = item.GetProperty("input").Floats();
        int[] sizes = item.GetProperty("input").Sizes();
        Normalizer.Apply(current, sizes.Length == 4 ? sizes[1] : 1, method, rectify: false);
        Json.AssertClose(item.GetProperty("output").Floats(), current, $"{name} {item.Text("case")} {method}");
    });

    [Fact]
    public void Fix_up_of_nan_and_infinity_equals_the_fixture() => ForEach("fix_nan", (item, name) =>
        Json.AssertClose(
            item.GetProperty("output").Floats(),
            [.. ((float[])[1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -2]).Select(Normalizer.Fix)],
            name));

    [Fact]
    public void Winner_takes_all_equals_the_fixture() => ForEach("winner_takes_all", (item, name) =>
    {
        float[] current = item.GetProperty("input").Floats();
        WinnerTakesAll.Apply(current, item.GetProperty("input").Sizes()[1]);
        Assert.Equal(item.GetProperty("output").Floats(), current);
    });

    [Fact]
    public void Largest_values_kept_equal_the_fixture() => ForEach("topk", (item, name) =>
    {
        float[] current = item.GetProperty("input").Floats();
        var sparsity = new Sparsity(double.Parse(item.Text("percent"), CultureInfo.InvariantCulture), item.Text("mode") == "perchannel");
        int[] sizes = item.GetProperty("input").Sizes();
        int part = sparsity.PerChannel ? sizes[2] * sizes[3] : current.Length;
        Assert.Equal(item.GetProperty("kept").GetInt32(), sparsity.Kept(part));
        LevelOperation.Sparsify(current, sizes[1], sparsity);
        Assert.Equal(item.GetProperty("output").Floats(), current);
    });

    [Fact]
    public void Unpooling_by_switches_equals_the_fixture() => ForEach("max_unpool", (item, name) =>
    {
        if (item.Maybe("current") is not { } current)
            return;
        int[] large = item.GetProperty("output").Sizes(), small = current.Sizes();
        int[] switches = item.GetProperty("indicesPlane").Ints();
        Window window = WindowOf(item, large, small);
        Assert.Equal(item.GetProperty("output").Floats(), Unpool(window, large, small, Unpooling.Switches, current.Floats(), switches));
        Json.AssertClose(item.GetProperty("outputSummed").Floats(), Unpool(window, large, small, Unpooling.Sum, current.Floats(), switches), name);
    });

    [Fact]
    public void Unpooling_without_switches_equals_the_fixture() => ForEach("unpool_window", (item, name) =>
    {
        int[] large = item.GetProperty("output").Sizes(), small = item.GetProperty("input").Sizes();
        float[] input = item.GetProperty("input").Floats(), output = item.GetProperty("output").Floats();
        switch (item.Text("mode"))
        {
            case "upsample":
                int scale = item.GetProperty("scale").GetInt32();
                Assert.Equal(output, Unpool(new Window(scale, scale, scale, scale), large, small, Unpooling.Upsample, input, []));
                break;
            case "distributeall":
                Assert.Equal(output, Unpool(WindowOf(item, large, small), large, small, Unpooling.Distribute, input, []));
                break;
            case "random":
                // Random positions are switches that nobody recorded: given the fixture's, the result is the fixture's.
                Window window = WindowOf(item, large, small);
                int[] offsets = item.GetProperty("offsetsRowCol").Ints();
                int windows = small[2] * small[3];
                int[] switches = [.. Enumerable.Range(0, input.Length).Select(i =>
                {
                    (int row, int column) = (i % windows / small[3] * window.StrideHeight, i % windows % small[3] * window.StrideWidth);
                    (int down, int right) = offsets.Length == 2 * input.Length
                        ? (offsets[2 * i], offsets[2 * i + 1])
                        : (offsets[i] / window.KernelWidth, offsets[i] % window.KernelWidth);
                    return (row + down) * large[3] + column + right;
                })];
                Assert.Equal(output, Unpool(window, large, small, Unpooling.Switches, input, switches));
                break;
            default:
                Assert.Fail($"{name}: unknown mode {item.Text("mode")}");
                break;
        }
    });

    [Fact]
    public void Convolution_reversal_equals_the_fixture() => ForEach("conv_reverse", (item, name) =>
    {
        int[] weights = item.GetProperty("weight_oihw").Sizes(), small = item.GetProperty("current").Sizes(), large = item.GetProperty("output").Sizes();
        int stride = item.GetProperty("stride").GetInt32(), pad = item.GetProperty("padding").GetInt32();
        var input = new CnnTensor(0, "x", new TensorShape(large.AsSpan(1)));
        var output = new CnnTensor(1, "y", new TensorShape(small.AsSpan(1)));
        var conv = new ConvNode(
            new NodeHead("conv", "Conv", [input], [output]), new Window(weights[2], weights[3], stride, stride, 1, 1, pad, pad, pad, pad), 1,
            item.GetProperty("weight_oihw").Floats(), null);
        var graph = new CnnGraph(null, "one", input, output, [input, output], [conv]);
        foreach (bool winner in (bool[])[false, true])
        {
            ReversalRules rules = Plain with { Options = new() { Shape = ShapeMode.NotebookCrop }, WinnerTakesAll = _ => winner };
            Json.AssertClose(
                item.GetProperty(winner ? "outputWinnerTakesAll" : "output").Floats(), Run(graph, rules, item.GetProperty("current").Floats(), []), $"{name} winner {winner}");
        }
    });

    [Fact]
    public void Dense_reversal_equals_the_fixture() => ForEach("dense_reverse", (item, name) =>
    {
        int[] weights = item.GetProperty("weight_outIn").Sizes();
        var input = new CnnTensor(0, "x", new TensorShape(weights[1]));
        var output = new CnnTensor(1, "y", new TensorShape(weights[0]));
        var dense = new DenseNode(new NodeHead("fc", "Gemm", [input], [output]), item.GetProperty("weight_outIn").Floats(), null);
        DenseReversal reversal = DenseReversal.Create(dense, item.Flag("takePositive"));
        var returned = new float[weights[1]];
        reversal.Run(item.GetProperty("current").Floats(), returned, default);
        Json.AssertClose(item.GetProperty("output").Floats(), returned, name);
    });

    // Pools of the fixtures are k x k with one stride; what the file does not say follows from its sizes.
    private static Window WindowOf(JsonElement item, int[] large, int[] small)
    {
        int kernel = item.Maybe("kernel")?.GetInt32() ?? 3, stride = item.Maybe("stride")?.GetInt32() ?? 2;
        int pad = item.Maybe("padding")?.GetInt32() ?? ((small[2] - 1) * stride + kernel > large[2] ? 1 : 0);
        return new Window(kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad);
    }

    private static float[] Unpool(Window window, int[] large, int[] small, Unpooling unpooling, float[] current, int[] switches)
    {
        var input = new CnnTensor(0, "x", new TensorShape(large.AsSpan(1)));
        var output = new CnnTensor(1, "y", new TensorShape(small.AsSpan(1)));
        var pool = new MaxPoolNode(new NodeHead("pool", "MaxPool", [input], [output]), window);
        return Run(new CnnGraph(null, "one", input, output, [input, output], [pool]), Plain with { Unpooling = _ => unpooling }, current, switches);
    }

    private static float[] Run(CnnGraph graph, ReversalRules rules, float[] current, int[] switches)
    {
        ReversalPlan plan = ReversalPlanner.Plan(graph, graph.Output, operateAtStart: false, rules);
        using var run = new ReversalRun(plan);
        run.Begin(1);
        current.CopyTo(run.Start(0));
        run.Execute(new GivenSwitches(switches), threads: 1);
        return run.End(0).ToArray();
    }

    private static void ForEach(string kind, Action<JsonElement, string> check)
    {
        foreach (string file in FixtureFiles.Find("reconstruct", "primitives*.json"))
        {
            if (FixtureFiles.Read(file).Maybe(kind) is not { } items || items.GetArrayLength() == 0)
                throw FixtureFiles.Missing($"no file with {kind}: {file} has none");
            int number = 0;
            foreach (JsonElement item in items.EnumerateArray())
                check(item, $"{Path.GetFileName(file)} {kind} {number++}");
        }
    }

    private sealed class GivenSwitches(int[] switches) : IForwardRecord
    {
        public ReadOnlySpan<float> Activation(CnnTensor tensor, int sample) => throw new InvalidOperationException();

        public ReadOnlySpan<int> Switches(MaxPoolNode pool, int sample) => switches;
    }
}
