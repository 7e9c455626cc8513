using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// The hand-coded rules of other_rules.json. Their activation acts on the input, too, and states start from 0. What is slip in the published program (a phase
/// that is lost, errors that are a step old) is put together here from public pieces, where the library does not have it.
/// </summary>
public class HandCodedRulesFixtureTests
{
    public static TheoryData<string, int> FeedbackCases() => CasesOf("Back-Propagation", "Almeida-Pineda");

    public static TheoryData<string, int> EnergyCases() => CasesOf("GeneRec", "Hopfield");

    public static TheoryData<string, int> PredictiveCodingCases() => CasesOf("Predictive-Coding");

    [Fact]
    public void Every_rule_of_the_files_has_a_test()
    {
        string[] tested = ["Back-Propagation", "Almeida-Pineda", "GeneRec", "Hopfield", "Predictive-Coding"];
        foreach (object[] row in FixtureFiles.Cases("prospective", "other_rules*.json", "hand_coded"))
            Assert.True(((string)row[0]).Contains('*', StringComparison.Ordinal) || tested.Contains(Load((string)row[0], (int)row[1]).At("rule").GetString()));
    }

    [Theory]
    [MemberData(nameof(FeedbackCases))]
    public void Errors_that_come_down_on_fixture_give_predictions_and_weights(string file, int index)
    {
        CreditFixture f = Load(file, index);
        int[] sizes = Sizes(f);
        Activation activation = ActivationOf(f);
        LearningRule rule = f.At("rule").GetString() == "Back-Propagation" ? new Backpropagation()
            : new RecurrentBackpropagation { InferenceSteps = (int)f.Number("inference_duration"), InferenceRate = f.Number("inference_rate"), FeedbackStrength = 1, ErrorsAsCoded = true };
        using Network<double> network = new(NetworkSpec.Perceptron(sizes[0], sizes[1..^1], sizes[^1], activation, OutputHead.LinearSquaredError), rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
        {
            Weights(f, "W_init", l).CopyTo(network.Weights(l).Values);
            network.Biases(l).LearningRateScale = 0; // the original has none
        }
        int batch = (int)f.Number("batch");
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(f.Number("learning_rate") * f.Number("loss_coefficient")), batch);
        for (int i = 0; i < f.At("iterations").GetArrayLength(); i++)
        {
            double[] input = f.Numbers($"iterations/{i}/input"); // before the activation
            activation.Apply<double>(input, input);
            Close.To<double>(f.Numbers($"iterations/{i}/prediction"), trainer.Predict(input).Span, 1e-10, $"prediction {i}");
            trainer.Step(input, f.Numbers($"iterations/{i}/target"));
            for (int l = 1; l <= network.Depth; l++)
                Close.To<double>(Weights(f, $"iterations/{i}/W_after", l), network.Weights(l).Values, 1e-10, $"W_{l} after {i}");
        }
    }

    [Theory]
    [MemberData(nameof(EnergyCases))]
    public void Interacting_units_on_fixture_give_predictions_states_and_weights(string file, int index)
    {
        CreditFixture f = Load(file, index);
        int[] sizes = Sizes(f);
        int batch = (int)f.Number("batch"), steps = (int)f.Number("inference_duration");
        EnergyNetwork network = Network(f, new InteractionEnergy(ActivationOf(f)), f.At("rule").GetString() == "GeneRec" ? 1 : 0, GroupOrder.InTurn);
        for (int i = 0; i < f.At("iterations").GetArrayLength(); i++)
        {
            Begin(network, f, i);
            network.Infer(steps, f.Number("inference_rate"));
            Close.To<double>(f.Numbers($"iterations/{i}/prediction"), network.States(sizes.Length - 1), 1e-10, $"prediction {i}");
            network.Clamp(sizes.Length - 1, f.Numbers($"iterations/{i}/target"));
            network.Infer(steps, f.Number("inference_rate"));
            network.Learn(1, f.Number("learning_rate") / batch); // the free phase's part is lost in the original
            Compare(network, f, i);
        }
    }

    [Theory]
    [MemberData(nameof(PredictiveCodingCases))]
    public void Predictive_coding_from_zero_on_fixture_gives_predictions_states_and_weights(string file, int index)
    {
        CreditFixture f = Load(file, index);
        Assert.Equal(1, f.Number("inference_rate_discount"));
        int[] sizes = Sizes(f);
        int batch = (int)f.Number("batch"), steps = (int)f.Number("inference_duration"), top = sizes.Length - 1;
        double c = f.Number("loss_coefficient");
        Activation activation = ActivationOf(f);
        EnergyNetwork network = Network(f, new PredictionEnergy(activation), 0, GroupOrder.Together, outputEnergy: new PredictionEnergy(activation, c * c)); // errors come down times c²
        for (int i = 0; i < f.At("iterations").GetArrayLength(); i++)
        {
            Begin(network, f, i);
            for (int t = 0; t < steps; t++)
            {
                // A free output moves by c of its error, which no energy says.
                double[] error = Errors(network, activation, top - 1, sizes, batch), output = [.. network.States(top).ToArray().Zip(error, (x, e) => x - (f.Number("inference_rate") * c * e))];
                network.Clamp(top, network.States(top));
                network.Infer(1, f.Number("inference_rate"));
                network.Clamp(top, output);
            }
            Close.To<double>(f.Numbers($"iterations/{i}/prediction"), network.States(top), 1e-10, $"prediction {i}");
            network.Clamp(top, f.Numbers($"iterations/{i}/target"));
            network.Infer(steps - 1, f.Number("inference_rate"));
            double[][] errors = [.. Enumerable.Range(0, top).Select(l => Errors(network, activation, l, sizes, batch))]; // a step old when weights meet them
            network.Infer(1, f.Number("inference_rate"));
            for (int l = 0; l < top; l++)
                Meet(network, activation, l, errors[l], sizes, batch, f.Number("learning_rate") / batch);
            Compare(network, f, i);
        }
    }

    /// <summary>States at 0, the input clamped.</summary>
    private static void Begin(EnergyNetwork network, CreditFixture f, int iteration)
    {
        network.Release();
        for (int g = 0; g < network.Groups.Count; g++)
            network.States(g).Clear();
        network.Clamp(0, f.Numbers($"iterations/{iteration}/input"));
    }

    private static void Compare(EnergyNetwork network, CreditFixture f, int i)
    {
        for (int g = 0; g < network.Groups.Count; g++)
            Close.To<double>(f.Layers($"iterations/{i}/xs_after_learn")[g], network.States(g), 1e-10, $"x_{g} after {i}");
        for (int l = 1; l < network.Groups.Count; l++)
            Close.To<double>(Weights(f, $"iterations/{i}/W_after", l), network.Weights(l - 1), 1e-10, $"W_{l} after {i}");
    }

    private static EnergyNetwork Network(CreditFixture f, IConnectionEnergy energy, double leak, GroupOrder order, IConnectionEnergy? outputEnergy = null)
    {
        int[] sizes = Sizes(f);
        EnergyConnection[] connections = [.. Enumerable.Range(0, sizes.Length - 1).Select(l => new EnergyConnection(l, l + 1, l == sizes.Length - 2 ? outputEnergy ?? energy : energy))];
        EnergyNetwork network = new((int)f.Number("batch"), sizes, connections) { Leak = leak, Order = order };
        for (int l = 1; l < sizes.Length; l++)
            Weights(f, "W_init", l).CopyTo(network.Weights(l - 1));
        return network;
    }

    /// <summary>x_{l+1} − f(x_l) W'.</summary>
    private static double[] Errors(EnergyNetwork network, Activation activation, int l, int[] sizes, int batch)
    {
        double[] sent = Sent(network, activation, l), errors = network.States(l + 1).ToArray();
        for (int b = 0; b < batch; b++)
        {
            for (int o = 0; o < sizes[l + 1]; o++)
            {
                for (int i = 0; i < sizes[l]; i++)
                    errors[(b * sizes[l + 1]) + o] -= network.Weights(l)[(o * sizes[l]) + i] * sent[(b * sizes[l]) + i];
            }
        }
        return errors;
    }

    private static void Meet(EnergyNetwork network, Activation activation, int l, double[] errors, int[] sizes, int batch, double rate)
    {
        double[] sent = Sent(network, activation, l);
        for (int b = 0; b < batch; b++)
        {
            for (int o = 0; o < sizes[l + 1]; o++)
            {
                for (int i = 0; i < sizes[l]; i++)
                    network.Weights(l)[(o * sizes[l]) + i] += rate * errors[(b * sizes[l + 1]) + o] * sent[(b * sizes[l]) + i];
            }
        }
    }

    private static double[] Sent(EnergyNetwork network, Activation activation, int l)
    {
        double[] sent = network.States(l).ToArray();
        activation.Apply<double>(sent, sent);
        return sent;
    }

    private static TheoryData<string, int> CasesOf(params string[] rules)
    {
        TheoryData<string, int> data = [];
        foreach (object[] row in FixtureFiles.Cases("prospective", "other_rules*.json", "hand_coded"))
        {
            if (((string)row[0]).Contains('*', StringComparison.Ordinal) || rules.Contains(Load((string)row[0], (int)row[1]).At("rule").GetString()))
                data.Add((string)row[0], (int)row[1]);
        }
        return data;
    }

    private static int[] Sizes(CreditFixture f) => [.. f.Numbers("ns").Select(n => (int)n)];

    private static Activation ActivationOf(CreditFixture f) => CreditFixture.ActivationOf(f.At("f").GetString()!.Replace("torch.", "", StringComparison.Ordinal));

    /// <summary>Weights of layer l, [pre, post] in the file, as [post, pre].</summary>
    private static double[] Weights(CreditFixture f, string path, int l) => Transposed(f.Layers(path)[l - 1], Sizes(f)[l - 1], Sizes(f)[l]);

    private static CreditFixture Load(string file, int index) => new(FixtureFiles.Case("prospective", file, index, "hand_coded"));

    /// <summary>[pre, post] as [post, pre].</summary>
    private static double[] Transposed(double[] weights, int pre, int post) => [.. Enumerable.Range(0, post).SelectMany(o => Enumerable.Range(0, pre).Select(i => weights[(i * post) + o]))];
}
