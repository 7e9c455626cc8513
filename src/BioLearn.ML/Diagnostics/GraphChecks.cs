using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Diagnostics;

/// <summary>The check "graphs" of <see cref="RuleConformance"/>: networks that are no chain of fully connected layers are refused by the layer, or trained.</summary>
internal static class GraphChecks
{
    private const int Classes = 3;
    private const int Batch = 20;

    private static readonly TensorShape Image = new(2, 6, 6);

    private static readonly (string Name, Func<Activation, LayerSpec[]> Layers)[] Graphs =
    [
        ("strided convolutions", phi => [new Convolution2D(5, 3, 2, 1, phi), new Convolution2D(4, 2, 1, 0, phi), new Dense(Classes)]),
        ("locally connected layers", phi => [new LocallyConnected2D(5, 3, 2, 1, phi), new LocallyConnected2D(4, 2, 1, 0, phi), new Dense(Classes)]),
        ("convolutions and pooling", phi => [new Convolution2D(5, 3, 1, 1, phi), new MaxPooling2D(2), new Convolution2D(4, 2, 1, 0, phi), new Dense(Classes)]),
        (
            "a residual addition and batch normalization",
            phi =>
            [
                new Convolution2D(4, 3, 1, 1, phi) { Name = "stem" },
                new Convolution2D(4, 3, 1, 1, Activation.Linear) { Bias = false },
                new BatchNormalization(phi) { Adds = ["stem"] },
                new GlobalAveragePooling(),
                new Dense(Classes),
            ]),
        ("dropout", phi => [new Dense(8, phi), new Dropout(0.3), new Dense(6, phi), new Dense(Classes)]),
    ];

    public static (bool Passed, string Detail) Run(LearningRule rule, OptimizerSettings optimizer, string? feedback)
    {
        List<string> trained = [], refused = [];
        foreach ((string name, Func<Activation, LayerSpec[]> layers) in Graphs)
        {
            NetworkSpec spec = new(Image, layers(rule.PreferredActivation ?? Activation.Tanh), rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
            if (Refusal(rule, spec) is { } refusal)
            {
                if (!spec.Graph.Any(layer => refusal.Contains(layer.ToString(), StringComparison.Ordinal)))
                    return (false, $"{name}: refused without naming the layer (\"{refusal}\"); see RequireChain and its kin, or put the layer into the message");
                refused.Add(name);
            }
            else if (Wrong(rule, spec, optimizer, feedback) is { } wrong)
            {
                return (false, $"{name}: {wrong}");
            }
            else
            {
                trained.Add(name);
            }
        }
        return (true, $"trained: {List(trained)}; refused by the layer: {List(refused)}");

        static string List(List<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private static string? Refusal(LearningRule rule, NetworkSpec spec)
    {
        try
        {
            using Network<double> network = Make<double>(rule, spec);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private static string? Wrong(LearningRule rule, NetworkSpec spec, OptimizerSettings optimizer, string? feedback)
    {
        try
        {
            return Gradients(rule, spec) ?? Threads(rule, spec) ?? Allocation(rule, spec, optimizer) ?? Backpropagation(rule, spec, feedback);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static string? Gradients(LearningRule rule, NetworkSpec spec)
    {
        using Network<double> network = Make<double>(rule, spec);
        using RuleTrial<double> trial = new(network, rule, 6, 5, seed: 3);
        trial.Credit();
        Layer? untaught = spec.Graph.FirstOrDefault(l => l.HasWeights && !trial.Step.Taught.Contains(network.Weights(l.Index)));
        return untaught is null ? RuleChecks.NotFinite(trial.Step) : RuleChecks.Untaught(untaught.Index);
    }

    private static string? Threads(LearningRule rule, NetworkSpec spec)
    {
        using Network<float> network = Make<float>(rule, spec);
        using RuleTrial<float> one = new(network, rule, Batch, Batch, seed: 3), three = new(network, rule, Batch, Batch, seed: 3, threads: 3);
        one.Credit();
        three.Credit();
        Parameter<float>? other = one.Step.Taught.FirstOrDefault(p => !one.Step.GradientOf(p).SequenceEqual(three.Step.GradientOf(p)));
        return other is null ? null : $"3 threads gave another gradient of {other} than 1; sum in an order that does not depend on threads";
    }

    /// <summary>Says nothing where the kernels themselves allocate, as they do under backpropagation.</summary>
    private static string? Allocation(LearningRule rule, NetworkSpec spec, OptimizerSettings optimizer)
    {
        if (Allocated(new Backpropagation(), spec, optimizer) > 0)
            return null;
        long bytes = Allocated(rule, spec, optimizer);
        return bytes == 0 ? null : $"a step allocates {bytes} bytes; keep memory with Scratch and Phase";
    }

    private static long Allocated(LearningRule rule, NetworkSpec spec, OptimizerSettings optimizer)
    {
        using Network<float> network = Make<float>(rule, spec);
        float[] pixels = new float[6 * Batch * Image.Size];
        new RandomStream(1, "pictures").FillNormal<float>(pixels, 0, 1);
        Samples<float> samples = Samples<float>.OfClasses(pixels, Enumerable.Range(0, 6 * Batch).Select(i => i % Classes).ToArray());
        return RuleChecks.AllocatedByStep(network, rule, optimizer, samples, epochsBefore: 25);
    }

    private static string? Backpropagation(LearningRule rule, NetworkSpec spec, string? feedback)
    {
        using Network<double> network = Make<double>(rule, spec);
        Parameter<double>[] sides = [.. network.Parameters.Where(p => p.Name == feedback)];
        // Tensors straight from the output have no weights on a graph to be equal to.
        if (sides.Length == 0 || sides.Any(p => p.Rows != network.Weights(p.Layer).Rows || p.Columns != network.Weights(p.Layer).Columns))
            return null;
        foreach (Parameter<double> side in sides)
            network.Weights(side.Layer).Values.CopyTo(side.Values);
        using RuleTrial<double> trial = new(network, rule, 6, 6, seed: 3), reference = new(network, new Backpropagation(), 6, 6, seed: 3);
        trial.Credit();
        reference.Credit();
        return RuleChecks.Off(trial.Step, reference.Step) is { } off ? $"with W as {feedback} {off}; on graphs, LearnAll and AtSynapses bring the way back through normalization, ReadBy what a layer reads" : null;
    }

    private static Network<T> Make<T>(LearningRule rule, NetworkSpec spec)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new(spec, rule, Initializer.GlorotUniform, seed: 5);
}
