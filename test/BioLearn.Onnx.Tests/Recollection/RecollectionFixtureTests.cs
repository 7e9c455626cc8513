using System.Globalization;
using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Onnx.Tests.Graph;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>Whole recollections, their currents at every level, their displays and the baselines against the float64 figures.</summary>
public class RecollectionFixtureTests
{
    public static TheoryData<string, ReversalExecutor> Files()
    {
        TheoryData<string, ReversalExecutor> data = [];
        foreach (string name in (string[])[.. FixtureFiles.Names("reconstruct", "*_recollections*.json"), .. FixtureFiles.Names("reconstruct", "*_stages*.json")])
        {
            foreach (ReversalExecutor executor in Enum.GetValues<ReversalExecutor>())
                data.Add(name, executor);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Recollection_equals_the_fixture_in_every_variant(string pattern, ReversalExecutor executor)
    {
        foreach (string file in FixtureFiles.Find("reconstruct", pattern))
        {
            JsonElement json = FixtureFiles.Read(file);
            string net = json.TryGetProperty("net", out JsonElement named) ? named.GetString()! : Path.GetFileName(file).Split("_stages")[0];
            ReconstructNetwork network = ReconstructNetwork.Read(net.Replace(".json", "", StringComparison.Ordinal));
            foreach (string path in network.ModelPaths)
            {
                using CnnModel model = ReconstructNetwork.Load(path);
                ForwardTrace trace = model.Forward(network.Input(), 1, TraceRequest.For(model.Graph, model.Levels, switches: true));
                Assert.All(
                    json.GetProperty("variants").EnumerateArray(),
                    variant => CheckVariant(model, trace, json, variant, executor, $"{Path.GetFileName(path)} {variant.Text("id")}"));
            }
        }
    }

    [Fact]
    public void Baselines_equal_automatic_differentiation()
    {
        foreach (string file in FixtureFiles.Find("reconstruct", "baselines*.json"))
        {
            foreach (JsonElement item in FixtureFiles.Read(file).GetProperty("items").EnumerateArray())
            {
                ReconstructNetwork network = ReconstructNetwork.Read(item.Text("net"));
                float[] input = network.Input();
                foreach (string path in network.ModelPaths)
                {
                    using CnnModel model = ReconstructNetwork.Load(path);
                    Cue cue = Cue.ClassUnit(item.GetProperty("classIndex").GetInt32());
                    RecollectedImage image = (item.Text("method") switch
                    {
                        "gradient" => Recollect(RecollectionOptions.Gradient),
                        "deconvnet" => Recollect(RecollectionOptions.DeconvNet),
                        "guided_backprop" => Recollect(RecollectionOptions.GuidedBackpropagation),
                        "input_x_gradient" => Attribution.InputTimesGradient(model, input, 1, cue),
                        _ => throw new InvalidDataException(item.Text("method")),
                    })[0];
                    Json.AssertSummary(item.GetProperty("result"), image.Shape, image.Values.Span, $"{Path.GetFileName(path)} {item.Text("method")}");

                    IReadOnlyList<RecollectedImage> Recollect(RecollectionOptions options)
                    {
                        using var recollector = new Recollector(model, cue, options);
                        return recollector.Recollect(input, 1);
                    }
                }
            }
        }
    }

    [Fact]
    public void Displays_equal_the_fixture_to_the_pixel()
    {
        foreach (string file in FixtureFiles.Find("reconstruct", "display*.json"))
        {
            JsonElement json = FixtureFiles.Read(file);
            ReconstructNetwork network = ReconstructNetwork.Read(json.Maybe("net")?.GetString()!.Replace(".json", "", StringComparison.Ordinal) ?? "mini_alexnet");
            using CnnModel model = ReconstructNetwork.Load(network.ModelPaths[0]);
            foreach (JsonElement item in json.GetProperty("items").EnumerateArray())
            {
                RecollectionName name = RecollectionName.Parse($"x_{item.Text("variant")}_{item.Text("display")}");
                using var recollector = new Recollector(model, name.Cue, name.Options with { DisplayOverflow = DisplayOverflow.Wrap });
                RecollectedImage image = recollector.Recollect(network.Input(), 1)[0];
                Assert.Equal(item.GetProperty("shape_hwc").Ints(), (int[])[image.Shape.Height, image.Shape.Width, image.Shape.Channels]);
                float[] shown = image.Show();
                int stride = item.GetProperty("sampleStride").GetInt32(), plane = image.Shape.PlaneSize;
                float[] floats = [.. Enumerable.Range(0, shown.Length).Where(i => i % stride == 0).Select(i => shown[i % image.Shape.Channels * plane + i / image.Shape.Channels])];
                float[] expected = item.GetProperty("float").Floats();
                Json.AssertClose(expected, floats, $"{item.Text("variant")} {item.Text("display")}");
                byte[] pixels = image.ToPicture().Rgb;
                int[] u8 = item.GetProperty("u8").Ints();
                for (int i = 0; i < u8.Length; i++)
                {
                    double exact = 255.0 * expected[i];
                    bool onTheEdge = Math.Abs(exact - Math.Round(exact)) < 1e-3; // float32 may fall on either side of an integer
                    Assert.True(pixels[i * stride] == u8[i] || onTheEdge, $"{item.Text("display")} pixel {i}: {pixels[i * stride]}, expected {u8[i]} from {exact}");
                }
            }
        }
    }

    private static void CheckVariant(CnnModel model, ForwardTrace trace, JsonElement json, JsonElement variant, ReversalExecutor executor, string what)
    {
        RecollectionOptions options = OptionsOf(variant, model) with { Executor = executor };
        if (options.Unpooling == Unpooling.Random)
        {
            // The fixture names the drawn positions: random unpooling is switch unpooling with those.
            trace = WithPositions(model.Graph, trace, json.GetProperty("unpool_random_offsets"));
            options = options with { Unpooling = Unpooling.Switches };
        }
        using var recollector = new Recollector(model, CueOf(model, variant), options);
        RecollectedImage image = recollector.Recollect(trace, keepCurrents: true)[0];
        if (variant.Maybe("result") is { } result)
            AssertImage(result, image, () => ConstantPlaneNoise.Alternatives(model, trace, options, image), what);
        if (variant.Maybe("stages") is not { } stages)
            return;
        foreach (JsonElement stage in stages.EnumerateArray())
        {
            if (stage.Text("level") == "image")
                Json.AssertSummary(stage, image.Shape, image.Values.Span, $"{what} image");
            else
            {
                LevelCurrent current = image.Currents.Single(found => found.Level.Index == LevelNumber(model, stage.Text("level")));
                Json.AssertSummary(stage, current.Shape, current.Values.Span, $"{what} {stage.Text("level")}");
            }
        }
    }

    private static void AssertImage(JsonElement result, RecollectedImage image, Func<IEnumerable<RecollectedImage>> alternatives, string what)
    {
        Exception? difference = Difference(image);
        if (difference is not null && !alternatives().Any(alternative => Difference(alternative) is null))
            throw difference;

        Exception? Difference(RecollectedImage candidate) => Record.Exception(() => Json.AssertSummary(result, candidate.Shape, candidate.Values.Span, what));
    }

    private static RecollectionOptions OptionsOf(JsonElement variant, CnnModel model) => new()
    {
        RectifyDense = variant.Flag("positivise"),
        RectifyConvolution = variant.Flag("positiviseConv"),
        Normalization = variant.Flag("normalize") ? RecollectionTokens.ParseNormalization(variant.Text("normalization")) : CurrentNormalization.None,
        WinnerTakesAll = variant.Flag("winnerTakesAll"),
        TakePositive = variant.Flag("takePositive"),
        Unpooling = variant.Maybe("unpool") is { } unpool ? RecollectionTokens.ParseUnpooling(unpool.GetString()!) : Unpooling.Switches,
        Shape = variant.Flag("restoreShape") || variant.Maybe("residual") is not null ? ShapeMode.Restore : ShapeMode.NotebookCrop,
        ResidualPath = Enum.Parse<ResidualPath>(variant.Maybe("residual")?.GetString() ?? "both", ignoreCase: true),
        GlobalPooling = Enum.Parse<GlobalPoolingRule>(variant.Maybe("gap")?.GetString() ?? "uniform", ignoreCase: true),
    };

    private static Cue CueOf(CnnModel model, JsonElement variant)
    {
        JsonElement cue = variant.GetProperty("cue");
        string name = cue.ValueKind == JsonValueKind.String ? cue.GetString()! : cue.Text("name");
        if (name == "class_unit")
            return Cue.ClassUnit(variant.GetProperty("classIndex").GetInt32());
        if (name.StartsWith("source:", StringComparison.Ordinal))
            name = $"source{LevelNumber(model, name["source:".Length..])}";
        if (name.StartsWith("rand", StringComparison.Ordinal) && name != "random_last")
            return Cue.Custom(int.Parse(name["rand".Length..], CultureInfo.InvariantCulture), cue.GetProperty("injected").Floats(), afterLevel: true);
        Cue parsed = Cue.Parse(name);
        if (variant.Maybe("sparsity") is not { } sparsity)
            return parsed;
        return Cue.SparseStored(
            ((StoredCue)parsed).Level, double.Parse(sparsity.Text("percent"), CultureInfo.InvariantCulture), sparsity.Text("mode") == "perchannel");
    }

    // The residual fixture counts its levels T1, T2, ... from the image.
    private static int LevelNumber(CnnModel model, string name)
    {
        int number = int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture);
        return name[0] == 'T' ? model.Levels.Count - 1 - number : number;
    }

    private static ForwardTrace WithPositions(CnnGraph graph, ForwardTrace trace, JsonElement offsets)
    {
        var switches = new Dictionary<string, ForwardTrace.Entry<int>>();
        foreach ((MaxPoolNode pool, string name) in graph.Nodes.OfType<MaxPoolNode>().Zip(offsets.EnumerateObject().Select(pool => pool.Name).Order(StringComparer.Ordinal)))
        {
            int[] drawn = offsets.GetProperty(name).Ints();
            TensorShape shape = pool.Output.Shape;
            for (int i = 0; i < drawn.Length; i++)
            {
                int window = i % shape.PlaneSize;
                int row = window / shape.Width * pool.Window.StrideHeight + drawn[i] / pool.Window.KernelWidth;
                int column = window % shape.Width * pool.Window.StrideWidth + drawn[i] % pool.Window.KernelWidth;
                drawn[i] = row * pool.Input.Shape.Width + column;
            }
            switches.Add(pool.Output.Name, new(shape, drawn));
        }
        return new ForwardTrace(1, trace.Classes, trace.Logits(0).ToArray(), [], switches);
    }
}
