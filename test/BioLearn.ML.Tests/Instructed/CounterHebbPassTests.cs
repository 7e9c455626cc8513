using System.Text.Json;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>The passes and updates of one step, number by number, against the original's: instruction down, guided up, error down, counter-Hebb.</summary>
public class CounterHebbPassTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string pattern in (string[])["fc_unguided*.json", "fc_guided*.json", "simple_net*.json", "resnet_blocks*.json", "resnet_guided*.json", "multi_decoder*.json"])
        {
            foreach (object[] row in FixtureFiles.Cases(CounterHebbFixture.System, pattern))
                cases.Add((string)row[0], (int)row[1]);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_on_fixture_gives_activities_errors_gates_and_updates(string file, int index)
    {
        JsonElement whole = FixtureFiles.Read(FixtureFiles.Find(CounterHebbFixture.System, file)[0]);
        CounterHebbFixture f = new(whole.TryGetProperty("cases", out JsonElement cases) ? cases[index] : whole);
        NetworkSpec spec = f.Spec(InputShape(f));
        CounterHebb rule = f.Rule();
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        f.Load(network, rule);
        using Bench bench = new(f, network);
        LearningContext<double> step = bench.Step;
        if (f.Has("noise_factors_in_draw_order"))
            step.NoiseSource = (stream, layer, drawn) => drawn.Span[0] = (f.Numbers("noise_factors_in_draw_order")[FactorIndex(rule, stream, layer)] - 1) / rule.UpdateNoise;

        rule.ComputeCredit(step);

        Close.To<double>(Outputs(f), step.Clean.PreActivation(step.Depth).Span, Tolerance, "outputs");
        Assert.Equal(f.At("loss").GetDouble(), step.MeanLoss, Tolerance);
        Close.To<double>(f.Numbers("d_loss_d_output_per_sample"), step.Delta(step.Depth).Span, Tolerance, "output error");
        foreach (JsonProperty read in f.At("bu_in").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name)))
            Close.To<double>(CreditFixture.Flatten(read.Value), step.Clean.ReadBy(Layer(f, read.Name)).Span, Tolerance, $"bottom-up input of {read.Name}");
        foreach (JsonProperty error in f.At("td_in_error").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name) && p.Name != CounterHebbFixture.Head))
            Close.To<double>(CreditFixture.Flatten(error.Value), step.Delta(Layer(f, error.Name)).Span, Tolerance, $"error at {error.Name}");
        if (f.IsGuided)
            CompareInstruction(f, step);
        CompareUpdates(f, network, step, noisy: rule.UpdateNoise > 0);
    }

    private static void CompareInstruction(CounterHebbFixture f, LearningContext<double> step)
    {
        TopDownNetwork<double> topDown = TopDownNetwork<double>.Of(step);
        foreach (JsonProperty signal in f.At("td_in_instruction").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name)))
        {
            int layer = Layer(f, signal.Name);
            double[] want = CreditFixture.Flatten(signal.Value);
            int width = want.Length / step.Batch, rows = step.Instructions!.Vectors.Batch;
            for (int b = 0; b < step.Batch; b++)
            {
                double[] row = want[(b * width)..((b + 1) * width)];
                Close.To<double>(row, topDown.Arriving(step, layer, rows).Row(step.Instructions.OfSample[b]), Tolerance, $"instruction at {signal.Name}, sample {b}");
                if (step.Layer(layer).Gating is not null)
                    Assert.Equal([.. row.Select(t => t > 0 ? 1.0 : 0.0)], step.Gates(layer, b).ToArray());
            }
        }
    }

    private static void CompareUpdates(CounterHebbFixture f, Network<double> network, LearningContext<double> step, bool noisy)
    {
        foreach (JsonProperty update in f.At("ch_update").EnumerateObject())
        {
            string layer = update.Name[..update.Name.LastIndexOf('.')], what = update.Name[(layer.Length + 1)..];
            if (layer.StartsWith("task_head", StringComparison.Ordinal))
            {
                Assert.Equal(JsonValueKind.Null, update.Value.ValueKind);
                continue;
            }
            int l = Layer(f, layer);
            Parameter<double>? parameter = what switch
            {
                "weight" => network.Weights(l),
                "bias" => network.Biases(l),
                "back_weight" => network.FindSide(CounterHebb.Feedback, l),
                _ => network.FindSide(CounterHebb.FeedbackBias, l),
            };
            if (update.Value.ValueKind == JsonValueKind.Null)
            {
                Assert.DoesNotContain(parameter, step.Taught);
                continue;
            }
            double[] want = CreditFixture.Flatten(update.Value);
            if (what == "back_weight")
                want = f.InOurs(layer, want);
            // Nothing listens to the top-down network below layer 1, which we leave out; its update is that of W.
            if (parameter is null && what == "back_weight" && !noisy)
                parameter = network.Weights(l);
            if (parameter is null)
                Assert.Equal(0, step.Layer(l).Source);
            else
                Close.To<double>(want, step.GradientOf(parameter), Tolerance, update.Name);
        }
    }

    private static int Layer(CounterHebbFixture f, string name) => Array.IndexOf(f.Layers, name) + 1;

    /// <summary>Weight, then top-down weight, layer after layer; where weights are shared, one a layer.</summary>
    private static int FactorIndex(CounterHebb rule, string stream, int layer) =>
        rule.IsSeparate ? ((layer - 1) * 2) + (stream.EndsWith('V') ? 1 : 0) : layer - 1;

    private static double[] Outputs(CounterHebbFixture f) => f.Numbers("outputs");

    internal static int[] InputShape(CounterHebbFixture f)
    {
        if (f.Has("config/in_shape"))
            return [.. f.Numbers("config/in_shape").Select(n => (int)n)];
        JsonElement sample = f.At("x")[0];
        return [sample.GetArrayLength(), sample[0].GetArrayLength(), sample[0][0].GetArrayLength()];
    }

    /// <summary>A context in the middle of a step on the case's batch.</summary>
    internal sealed class Bench : IDisposable
    {
        private readonly NativeBuffer<double> _input, _target, _weights;
        private readonly BatchInstructions<double>? _instructions;

        public Bench(CounterHebbFixture f, Network<double> network)
        {
            _input = CounterHebbFixture.Buffer(f.Numbers("x"));
            _target = CounterHebbFixture.Buffer(f.Targets(f.At("labels")));
            int batch = f.At("x").GetArrayLength();
            _weights = CounterHebbFixture.Buffer([.. Enumerable.Repeat(f.SampleWeight, batch)]);
            if (f.IsGuided)
            {
                _instructions = new BatchInstructions<double>(batch, f.Tasks);
                _instructions.Fill(f.Numbers("task_one_hot"));
            }
            Step = new LearningContext<double>(network, batch);
            Begin();
        }

        public LearningContext<double> Step { get; }

        public void Begin() => Step.Begin(Signal(_input, Step.Spec.Input.Size), Signal(_target, Step.Spec.Outputs), Signal(_weights, 1), _instructions);

        public void Observe() => Step.Observe(Signal(_input, Step.Spec.Input.Size), Signal(_target, Step.Spec.Outputs), Signal(_weights, 1), _instructions);

        public void Dispose()
        {
            Step.Dispose();
            _instructions?.Dispose();
            _input.Dispose();
            _target.Dispose();
            _weights.Dispose();
        }

        private static Signal<double> Signal(NativeBuffer<double> buffer, int width) => new(buffer, buffer.Length / width, width);
    }
}
