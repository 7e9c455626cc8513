using System.Text.Json;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>Residual blocks with batch normalization of both directions, by backpropagation.</summary>
public class InstructedNormalizationTests
{
    private static readonly (string Original, string Ours)[] Tensors = [("weight", "gain"), ("bias", "shift"), ("running_mean", "running mean"), ("running_var", "running variance")];

    public static TheoryData<string> Files() => [.. FixtureFiles.Names(CounterHebbFixture.System, "resnet_block_batchnorm*.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Normalized_step_on_fixture_gives_gradients_running_statistics_and_predictions(string file)
    {
        CounterHebbFixture f = new(FixtureFiles.Read(FixtureFiles.Find(CounterHebbFixture.System, file)[0]));
        NetworkSpec plain = f.Spec(CounterHebbPassTests.InputShape(f), normalized: true);
        NetworkSpec spec = new(plain.Input, plain.Layers, OutputHead.SigmoidCrossEntropy);
        CounterHebb rule = f.Rule(TopDownCredit.Backpropagation);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        f.Load(network, rule);
        foreach ((Parameter<double> parameter, string name) in Normalizations(f, network))
            CreditFixture.Flatten(Find(f, name, "params", "buffers_before")).CopyTo(parameter.Values);
        using CounterHebbPassTests.Bench<double> bench = new(f, network);
        LearningContext<double> step = bench.Step;

        rule.ComputeCredit(step);

        Close.To<double>(f.Numbers("outputs"), step.Clean.PreActivation(step.Depth).Span, 1e-10, "outputs");
        Assert.Equal(f.At("loss").GetDouble(), step.MeanLoss, 1e-10);
        foreach (JsonProperty instruction in f.At("td_in_instruction").EnumerateObject().Where(p => CounterHebbFixture.IsLayer(p.Name)))
        {
            int layer = Array.IndexOf(f.Layers, instruction.Name) + 1;
            Close.To<double>(CreditFixture.Flatten(instruction.Value), TopDownNetwork<double>.Of(step).Arriving(step, layer, step.Batch).Span, 1e-10, $"instruction at {instruction.Name}");
        }
        for (int l = 1; l <= step.Depth; l++)
        {
            Close.To<double>(CreditFixture.Flatten(f.At("autograd_grad").GetProperty(f.Layers[l - 1] + ".weight")), step.GradientOf(network.Weights(l)), 1e-10, f.Layers[l - 1]);
            if (!network.Biases(l).IsEmpty)
                Close.To<double>(CreditFixture.Flatten(f.At("autograd_grad").GetProperty(f.Layers[l - 1] + ".bias")), step.GradientOf(network.Biases(l)), 1e-10, f.Layers[l - 1] + " bias");
        }
        foreach ((Parameter<double> parameter, string name) in Normalizations(f, network))
        {
            if (f.At("autograd_grad").TryGetProperty(name, out JsonElement gradient) && gradient.ValueKind == JsonValueKind.Array)
                Close.To<double>(CreditFixture.Flatten(gradient), step.GradientOf(parameter), 1e-10, name);
            else
                Assert.DoesNotContain(parameter, step.Taught);
        }

        step.Finish();

        foreach ((Parameter<double> parameter, string name) in Normalizations(f, network).Where(n => n.Name.Contains("running", StringComparison.Ordinal)))
            Close.To<double>(CreditFixture.Flatten(f.At("buffers_after").GetProperty(name)), parameter.Values, 1e-10, name);
        bench.Observe();
        rule.Predict(step);
        Close.To<double>(f.Numbers("outputs_eval_mode"), step.Clean.PreActivation(step.Depth).Span, 1e-10, "predictions");
    }

    /// <summary>Tensors of both directions under the original's names; what normalizes the way down to the input does not exist here.</summary>
    private static IEnumerable<(Parameter<double> Parameter, string Name)> Normalizations(CounterHebbFixture f, Network<double> network)
    {
        for (int l = 1; l <= network.Depth; l++)
        {
            string layer = f.Layers[l - 1], name = layer.EndsWith("downsample", StringComparison.Ordinal) ? layer + "_norm_layer" : layer.Replace("conv", "bn", StringComparison.Ordinal);
            for (int i = 0; i < network.Normalization(l).Count; i++)
            {
                yield return (network.Normalization(l)[i], $"{name}.{Tensors[i].Original}");
                if (network.FindSide(InstructionPath.Normalization(Tensors[i].Ours), l) is { } down)
                    yield return (down, $"{name}.back_batch_norm.{Tensors[i].Original}");
            }
        }
    }

    private static JsonElement Find(CounterHebbFixture f, string name, params string[] places)
    {
        foreach (string place in places)
        {
            if (f.At(place).TryGetProperty(name, out JsonElement found))
                return found;
        }
        throw new KeyNotFoundException(name);
    }
}
