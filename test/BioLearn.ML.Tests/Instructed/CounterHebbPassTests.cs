using System.Numerics;
using System.Text.Json;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>The passes and updates of one step, number by number, against the original's: instruction down, guided up, error down, counter-Hebb.</summary>
public class CounterHebbPassTests
{
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
        CounterHebbFixture f = Fixture(file, index);
        Compare<double>(f, 1e-10);
        // Nearer to zero, single precision could open a gate that double precision closes.
        if (f.Has("gate_margin") && f.At("gate_margin").GetDouble() >= 1e-5)
            Compare<float>(f, 1e-4);
    }

    [Fact]
    public void Some_cases_are_far_enough_from_zero_for_single_precision() =>
        Assert.Contains(Cases(), row => Fixture((string)row[0], (int)row[1]) is var f && f.Has("gate_margin") && f.At("gate_margin").GetDouble() >= 1e-5);

    private static CounterHebbFixture Fixture(string file, int index)
    {
        JsonElement whole = FixtureFiles.Read(FixtureFiles.Find(CounterHebbFixture.System, file)[0]);
        return new(whole.TryGetProperty("cases", out JsonElement cases) ? cases[index] : whole);
    }

    private static void Compare<T>(CounterHebbFixture f, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NetworkSpec spec = f.Spec(InputShape(f));
        CounterHebb rule = f.Rule();
        using Network<T> network = new(spec, rule, Initializer.Zeros, 1);
        f.Load(network, rule);
        using Bench<T> bench = new(f, network);
        LearningContext<T> step = bench.Step;
        if (f.Has("noise_factors_in_draw_order"))
            step.NoiseSource = (stream, layer, drawn) => drawn.Span[0] = T.CreateChecked((f.Numbers("noise_factors_in_draw_order")[FactorIndex(rule, stream, layer)] - 1) / rule.UpdateNoise);

        rule.ComputeCredit(step);

        Close.To<T>(Outputs(f), step.Clean.PreActivation(step.Depth).Span, tolerance, "outputs");
        Assert.Equal(f.At("loss").GetDouble(), step.MeanLoss, tolerance);
        Close.To<T>(f.Numbers("d_loss_d_output_per_sample"), step.Delta(step.Depth).Span, tolerance, "output error");
        foreach (JsonProperty read in f.At("bu_in").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name)))
            Close.To<T>(CreditFixture.Flatten(read.Value), step.Clean.ReadBy(Layer(f, read.Name)).Span, tolerance, $"bottom-up input of {read.Name}");
        foreach (JsonProperty error in f.At("td_in_error").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name) && p.Name != CounterHebbFixture.Head))
            Close.To<T>(CreditFixture.Flatten(error.Value), step.Delta(Layer(f, error.Name)).Span, tolerance, $"error at {error.Name}");
        if (f.IsGuided)
            CompareInstruction(f, step, tolerance);
        CompareUpdates(f, network, step, tolerance, noisy: rule.UpdateNoise > 0);
    }

    private static void CompareInstruction<T>(CounterHebbFixture f, LearningContext<T> step, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TopDownNetwork<T> topDown = TopDownNetwork<T>.Of(step);
        foreach (JsonProperty signal in f.At("td_in_instruction").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name)))
        {
            int layer = Layer(f, signal.Name);
            double[] want = CreditFixture.Flatten(signal.Value);
            int width = want.Length / step.Batch, rows = step.Instructions!.Vectors.Batch;
            for (int b = 0; b < step.Batch; b++)
            {
                double[] row = want[(b * width)..((b + 1) * width)];
                Close.To<T>(row, topDown.Arriving(step, layer, rows).Row(step.Instructions.OfSample[b]), tolerance, $"instruction at {signal.Name}, sample {b}");
                if (step.Layer(layer).Gating is not null)
                    Assert.Equal([.. row.Select(t => t > 0 ? T.One : T.Zero)], step.Gates(layer, b).ToArray());
            }
        }
    }

    private static void CompareUpdates<T>(CounterHebbFixture f, Network<T> network, LearningContext<T> step, double tolerance, bool noisy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
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
            Parameter<T>? parameter = what switch
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
                Close.To<T>(want, step.GradientOf(parameter), tolerance, update.Name);
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
    internal sealed class Bench<T> : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly NativeBuffer<T> _input, _target, _weights;
        private readonly BatchInstructions<T>? _instructions;

        public Bench(CounterHebbFixture f, Network<T> network)
        {
            _input = CounterHebbFixture.Buffer<T>(f.Numbers("x"));
            _target = CounterHebbFixture.Buffer<T>(f.Targets(f.At("labels")));
            int batch = f.At("x").GetArrayLength();
            _weights = CounterHebbFixture.Buffer<T>([.. Enumerable.Repeat(f.SampleWeight, batch)]);
            if (f.IsGuided)
            {
                _instructions = new BatchInstructions<T>(batch, f.Tasks);
                _instructions.Fill(Array.ConvertAll(f.Numbers("task_one_hot"), T.CreateChecked));
            }
            Step = new LearningContext<T>(network, batch);
            Begin();
        }

        public LearningContext<T> Step { get; }

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

        private static Signal<T> Signal(NativeBuffer<T> buffer, int width) => new(buffer, buffer.Length / width, width);
    }
}
