using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Every optimizer over several steps, against its equations written out number by number; no option has the value of another.</summary>
public sealed class OptimizerTests
{
    private const double Rate = 0.03, Mu = 0.7, Beta1 = 0.6, Beta2 = 0.8, Epsilon = 0.05, Lambda = 0.1;

    private static readonly double[] Start = [0.5, -1.5, 2];
    private static readonly double[][] Gradients = [[1, -2, 0.5], [-0.3, 4, 0.2], [2, 2, -3], [0.1, -1, 1]];

    public static TheoryData<OptimizerKind, double> Cases()
    {
        TheoryData<OptimizerKind, double> cases = [];
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            cases.Add(kind, 0);
            cases.Add(kind, Lambda);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Parameter_moves_as_the_equations_of_its_optimizer_say(OptimizerKind kind, double decay)
    {
        double[] moved = Moved(Settings(kind) with { WeightDecay = decay }, ParameterRole.Weight);
        Assert.Equal(Start.Length, moved.Length);
        for (int i = 0; i < moved.Length; i++)
            Assert.Equal(Expected(kind, decay, Start[i], [.. Gradients.Select(g => g[i])]), moved[i], 1e-14);
    }

    public static TheoryData<OptimizerKind, string> Roles()
    {
        TheoryData<OptimizerKind, string> cases = [];
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            foreach (ParameterRole role in Enum.GetValues<ParameterRole>())
                cases.Add(kind, role.ToString());
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Weights_alone_decay_unless_biases_gains_and_shifts_are_asked_to(OptimizerKind kind, string roleName)
    {
        ParameterRole role = Enum.Parse<ParameterRole>(roleName);
        OptimizerSettings decaying = Settings(kind) with { WeightDecay = Lambda };
        double[] plain = Moved(Settings(kind), role), decayed = Moved(Settings(kind) with { WeightDecay = Lambda }, ParameterRole.Weight);
        Assert.NotEqual(plain, decayed);
        Assert.Equal(role == ParameterRole.Weight ? decayed : plain, Moved(decaying, role));
        bool asked = role is ParameterRole.Weight or ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift;
        Assert.Equal(asked ? decayed : plain, Moved(decaying with { DecayBiases = true }, role));
    }

    [Fact]
    public void Settings_decay_nothing_and_look_not_ahead_by_default()
    {
        OptimizerSettings settings = OptimizerSettings.Adam(0.1);
        Assert.Equal((OptimizerKind.Adam, 0.1, 0.9, 0.9, 0.999, 1e-8), (settings.Kind, settings.LearningRate, settings.Momentum, settings.Beta1, settings.Beta2, settings.Epsilon));
        Assert.Equal((0, false), (settings.WeightDecay, settings.DecayBiases));
        Assert.Equal(OptimizerKind.Sgd, OptimizerSettings.Sgd(0.1).Kind);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void Schedule_and_the_parameters_own_factor_multiply_the_rate(OptimizerKind kind)
    {
        OptimizerSettings settings = Settings(kind) with { WeightDecay = kind == OptimizerKind.AdamW ? Lambda : 0 };
        double[] want = Moved(settings with { LearningRate = 0.25 * 3 * Rate }, ParameterRole.Weight);
        double[] got = Moved(settings, ParameterRole.Weight, schedule: 0.25, scale: 3);
        for (int i = 0; i < want.Length; i++)
            Assert.Equal(want[i], got[i], 1e-15);
    }

    /// <summary>p ← (1 − λ) p before the step, whatever the rate, in the product (plain descent) and beside it.</summary>
    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Momentum)]
    public void Decay_of_a_tensor_shrinks_it_before_the_step(OptimizerKind kind)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        Samples<float> blobs = NetworkTrainerTests.Blobs(20, 1);
        int[] rows = [.. Enumerable.Range(0, 20)];
        float[] start = [], plain = Weights(0, ref start), decayed = Weights(0.2, ref start);
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i] - (0.2f * start[i]), decayed[i], 1e-6f);

        float[] Weights(double decay, ref float[] before)
        {
            Backpropagation rule = new();
            using Network<float> network = new(spec, rule, Initializer.GlorotUniform, 3);
            using NetworkTrainer<float> trainer = new(network, rule, new OptimizerSettings(kind, 0.1), 20);
            before = network.Weights(1).Values.ToArray();
            network.Weights(1).Decay = decay;
            trainer.Step(blobs, rows);
            return network.Weights(1).Values.ToArray();
        }
    }

    private static OptimizerSettings Settings(OptimizerKind kind) => new(kind, Rate) { Momentum = Mu, Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon };

    private static double[] Moved(OptimizerSettings settings, ParameterRole role, double schedule = 1, double scale = 1)
    {
        using Optimizer<double> optimizer = new(settings) { Schedule = schedule };
        using Parameter<double> parameter = new("p", 1, 1, Start.Length, role) { LearningRateScale = scale };
        Start.CopyTo(parameter.Values);
        foreach (double[] gradient in Gradients)
            optimizer.Move(parameter, gradient);
        return parameter.Values.ToArray();
    }

    private static double Expected(OptimizerKind kind, double decay, double p, double[] gradients)
    {
        double m = 0, v = 0;
        for (int t = 1; t <= gradients.Length; t++)
        {
            double g = gradients[t - 1];
            if (kind == OptimizerKind.AdamW)
                p -= Rate * decay * p;
            else
                g += decay * p;
            switch (kind)
            {
                case OptimizerKind.Sgd:
                    p -= Rate * g;
                    break;
                case OptimizerKind.Momentum:
                    v = (Mu * v) + g;
                    p -= Rate * v;
                    break;
                case OptimizerKind.Nesterov:
                    v = (Mu * v) + g;
                    p -= Rate * (g + (Mu * v));
                    break;
                case OptimizerKind.RmsProp:
                    v = (Beta2 * v) + ((1 - Beta2) * g * g);
                    p -= Rate * g / (Math.Sqrt(v) + Epsilon);
                    break;
                default:
                    m = (Beta1 * m) + ((1 - Beta1) * g);
                    v = (Beta2 * v) + ((1 - Beta2) * g * g);
                    p -= Rate * (m / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(v / (1 - Math.Pow(Beta2, t))) + Epsilon);
                    break;
            }
        }
        return p;
    }
}
