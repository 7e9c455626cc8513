using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Diagnostics;

/// <summary>The checks of <see cref="RuleConformance"/>, one method each.</summary>
internal static class RuleChecks
{
    private const int FeatureCount = 4;
    private const int Classes = 3;
    private const int Rows = 240;

    // Rules may teach their inverses alone for a hundred steps before the first forward weight moves.
    private const int Epochs = 15;

    public static (bool Passed, string Detail) Shapes(LearningRule rule)
    {
        int ran = 0;
        foreach (int[] hidden in (int[][])[[7], [7, 5], []])
        {
            foreach (OutputHead head in OutputHead.All)
            {
                NetworkSpec spec = Spec(rule, hidden, head);
                using Network<double>? network = Accepts(rule, spec);
                if (network is null)
                    continue;
                ran++;
                // A batch of one, and one smaller than the memory.
                foreach (int batch in (int[])[1, 5])
                {
                    using RuleTrial<double> trial = new(network, rule, 6, batch, seed: 3);
                    trial.Credit();
                    if (NotFinite(trial.Step) is { } wrong)
                        return (false, $"{spec}, {head}, batch {batch}: {wrong}");
                }
            }
        }
        return (ran > 0, ran > 0 ? $"{ran} networks" : "the rule refuses every network with none, one and two hidden layers");
    }

    /// <summary>The first gradient that is of the wrong length or not finite; null for none.</summary>
    public static string? NotFinite(LearningContext<double> step)
    {
        foreach (Parameter<double> taught in step.Taught)
        {
            ReadOnlySpan<double> gradient = step.GradientOf(taught);
            if (gradient.Length != taught.Values.Length || !TensorPrimitives.IsFiniteAll(gradient))
                return $"the gradient of {taught} has {gradient.Length} numbers, or is not finite";
        }
        return null;
    }

    public static (bool Passed, string Detail) ParametersLeftAlone(LearningRule rule)
    {
        using Network<double> network = Make<double>(rule, [7, 5]);
        using RuleTrial<double> trial = new(network, rule, 6, 6, seed: 3);
        double[][] before = [.. ForwardParameters(network).Select(p => p.Values.ToArray())];
        trial.Credit();
        foreach ((Parameter<double> parameter, double[] values) in ForwardParameters(network).Zip(before))
        {
            if (!parameter.Values.SequenceEqual(values))
                return (false, $"ComputeCredit changed {parameter.Key}; hand signals to Learn instead");
        }
        return (true, "weights and biases are as before");
    }

    public static (bool Passed, string Detail) Seeds(LearningRule rule, OptimizerSettings optimizer)
    {
        float[] first = Train(rule, optimizer, seed: 7, threads: 1);
        if (!first.SequenceEqual(Train(rule, optimizer, seed: 7, threads: 1)))
            return (false, "the same seed gave other weights; take random numbers from step.Normal and step.Uniform only, those of Initialize from a RandomStream of network.Seed, and keep no state in the rule");
        return first.SequenceEqual(Train(rule, optimizer, seed: 8, threads: 1)) ? (false, "another seed gave the same weights") : (true, "the same seed repeats, another differs");
    }

    public static (bool Passed, string Detail) Threads(LearningRule rule, OptimizerSettings optimizer)
    {
        float[] one = Train(rule, optimizer, seed: 7, threads: 1);
        if (one.SequenceEqual(Train(rule, optimizer, seed: 7, threads: 3)))
            return (true, "1 and 3 threads gave the same weights");
        return one.SequenceEqual(Train(rule, optimizer, seed: 7, threads: 1))
            ? (false, "3 threads gave other weights than 1; sum in an order that does not depend on threads")
            : (false, "3 threads gave other weights than 1, as a second run with 1 thread did; see \"seeds\"");
    }

    /// <summary>A sample that weighs nothing must teach nothing, whatever it holds.</summary>
    public static (bool Passed, string Detail) SampleWeights(LearningRule rule)
    {
        double[] one = WithIgnored(5), other = WithIgnored(-9);
        double largest = one.Max(Math.Abs), off = one.Zip(other).Max(p => Math.Abs(p.First - p.Second));
        return off <= 1e-9 * Math.Max(1e-3, largest) ? (true, $"gradients agree to {off:g2}") : (false, $"a sample of weight 0 changed a gradient by {off:g3} of {largest:g3}; see OutputError and WeighSamples");

        double[] WithIgnored(double value)
        {
            using Network<double> network = Make<double>(rule, [7, 5]);
            using RuleTrial<double> trial = new(network, rule, 6, 6, seed: 3, weightOfLast: 0);
            trial.Step.Input.Row(5)[1] = value;
            trial.Credit();
            return [.. Enumerable.Range(1, network.Depth).SelectMany(l => trial.Step.LastGradientOf(network.Weights(l)).ToArray())];
        }
    }

    public static (bool Passed, string Detail) NoAllocation(LearningRule rule, OptimizerSettings optimizer)
    {
        using Network<float> network = Make<float>(rule, [7, 5]);
        long bytes = AllocatedByStep(network, rule, optimizer, Clouds(Rows, seed: 1), Epochs);
        return bytes == 0 ? (true, "0 bytes") : (false, $"{bytes} bytes a step; keep memory with Scratch and Phase");
    }

    /// <summary>Bytes that a step allocates once everything that is kept has been made.</summary>
    public static long AllocatedByStep(Network<float> network, LearningRule rule, OptimizerSettings optimizer, Samples<float> samples, int epochsBefore)
    {
        const int Batch = 20;
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, Batch);
        // Once to compile and to make what is kept.
        for (int epoch = 0; epoch < epochsBefore; epoch++)
            trainer.TrainEpoch(samples);
        // The runtime itself now and then allocates a little while it recompiles what has become hot; a rule that allocates does so every epoch.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3 && least > 0; attempt++)
        {
            long first = 0, last = 0;
            int step = 0;
            Action<NetworkTrainer<float>> look = _ =>
            {
                if (++step == 2)
                    first = GC.GetAllocatedBytesForCurrentThread();
                last = GC.GetAllocatedBytesForCurrentThread();
            };
            trainer.StepEnded += look;
            trainer.TrainEpoch(samples);
            trainer.StepEnded -= look;
            least = Math.Min(least, last - first);
        }
        return least / ((samples.Count / Batch) - 2);
    }

    public static (bool Passed, string Detail) IsBackpropagation(LearningRule rule, string feedback)
    {
        using Network<double> shape = Make<double>(rule, [7, 5]);
        Parameter<double>? side = shape.Parameters.FirstOrDefault(p => p.Name == feedback);
        if (side is null)
            return (false, $"FeedbackName is \"{feedback}\", and the rule declares {(shape.Parameters.All(IsForward) ? "no side tensors" : string.Join(", ", shape.Parameters.Where(p => !IsForward(p)).Select(p => p.Name).Distinct()) + " only")}");
        bool direct = side.Rows == shape.Spec.Outputs && side.Layer < shape.Depth && side.Columns == shape.Weights(side.Layer).Rows;
        using Network<double> network = Make<double>(rule, direct ? [7] : [7, 5]);
        foreach (Parameter<double> parameter in network.Parameters.Where(p => p.Name == feedback))
            network.Weights(direct ? parameter.Layer + 1 : parameter.Layer).Values.CopyTo(parameter.Values);
        using RuleTrial<double> trial = new(network, rule, 6, 6, seed: 3);
        using RuleTrial<double> reference = new(network, new Backpropagation(), 6, 6, seed: 3);
        trial.Credit();
        reference.Credit();
        return Off(trial.Step, reference.Step) is { } off ? (false, $"with W as {feedback} {off}") : (true, $"with W as {feedback} the gradient is backpropagation's");
    }

    /// <summary>Where the gradients of the weights are not those of another step on the same network, from the output down: where it goes wrong first says most. Null if nowhere.</summary>
    public static string? Off(LearningContext<double> step, LearningContext<double> reference)
    {
        for (int l = step.Depth; l >= 1; l--)
        {
            if (!step.Layer(l).HasWeights)
                continue;
            if (!step.Taught.Contains(step.Weights(l)))
                return Untaught(l);
            ReadOnlySpan<double> wanted = reference.GradientOf(step.Weights(l)), got = step.GradientOf(step.Weights(l));
            double length = TensorPrimitives.Norm(got) / TensorPrimitives.Norm(wanted);
            double off = TensorPrimitives.Distance(wanted, got) / TensorPrimitives.Norm(wanted);
            if (!(off <= 1e-10))
                return $"the gradient of W/{l} is off backpropagation's by {off:g2}, at {VectorAngle.Degrees<double>(got, wanted):0.0} degrees and {length:g3} times as long; {Hint(l, step.Depth)}";
        }
        return null;

        static string Hint(int layer, int depth) => layer == depth
            ? "the output's credit is what OutputError leaves in Delta(L)"
            : "the derivative of the activation belongs once in every layer's way down (Backward, ProjectDirect and Gate bring it), the division by the batch in Learn, which brings it too";
    }

    public static (bool Passed, string Detail) Learns(LearningRule rule, OptimizerSettings optimizer, double least)
    {
        using Network<float> network = Make<float>(rule, [16, 12]);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, 10);
        Samples<float> samples = Clouds(Rows, seed: 1);
        float[][] before = [.. ForwardParameters(network).Select(p => p.Values.ToArray())];
        for (int epoch = 0; epoch < Epochs; epoch++)
            trainer.TrainEpoch(samples);
        // An output layer on random features can tell clouds apart alone.
        for (int l = 1; l <= network.Depth; l++)
        {
            if (network.Weights(l).Values.SequenceEqual(before[2 * (l - 1)]))
                return (false, Untaught(l));
        }
        double accuracy = trainer.Evaluate(Clouds(Rows, seed: 2)).Accuracy;
        return (accuracy >= least, $"{100 * accuracy:0.0} % of three clouds told apart, {100 * least:0} % wanted");
    }

    public static (bool Passed, string Detail) RoundTrip(LearningRule rule, OptimizerSettings optimizer)
    {
        MLContext ml = new(seed: 1);
        Samples<float> samples = Clouds(60, seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { Features = samples.Features.Slice(i * FeatureCount, FeatureCount).ToArray(), Label = samples.Classes.Span[i] }).ToArray());
        rows = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        ITransformer trained = LearningRuleTrainer.Create(
            ml.MulticlassClassification.Trainers, PredictionTask.Multiclass, rule, new() { HiddenUnits = [7, 5], NumberOfEpochs = 2, BatchSize = 10, Optimizer = optimizer, Seed = 2 }).Fit(rows);
        using MemoryStream file = new();
        ml.Model.Save(trained, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = BioLearnModel.Load(new MLContext(), file, out _);
        if (!Scores(trained).SequenceEqual(Scores(loaded)))
            return (false, "the loaded model scores otherwise");
        string json = RuleSerializer.Write(rule);
        LearningRule? read = RuleSerializer.Read(json);
        return read is not null && RuleSerializer.Write(read) == json ? (true, "scores and options survive saving") : (false, "the options do not survive saving; make them init properties of plain types");

        float[] Scores(ITransformer model) => [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(s => s)];
    }

    private static float[] Train(LearningRule rule, OptimizerSettings optimizer, long seed, int threads)
    {
        using Network<float> network = new(Spec(rule, [40, 30], rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy), rule, Initializer.GlorotUniform, seed);
        using NetworkTrainer<float> trainer = new(network, rule, optimizer, 24, threads);
        trainer.TrainEpoch(Clouds(Rows, seed: 1));
        return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    private static NetworkSpec Spec(LearningRule rule, int[] hidden, OutputHead head) =>
        NetworkSpec.Perceptron(FeatureCount, hidden, Classes, rule.PreferredActivation ?? Activation.Tanh, head);

    private static Network<T> Make<T>(LearningRule rule, int[] hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Spec(rule, hidden, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy), rule, Initializer.GlorotUniform, seed: 5);

    /// <summary>Null if the rule refuses such a network, as it may.</summary>
    private static Network<double>? Accepts(LearningRule rule, NetworkSpec spec)
    {
        try
        {
            return new Network<double>(spec, rule, Initializer.GlorotUniform, seed: 5);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>W_1, b_1, W_2 and so on.</summary>
    private static IEnumerable<Parameter<T>> ForwardParameters<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Enumerable.Range(1, network.Depth).SelectMany(l => new[] { network.Weights(l), network.Biases(l) });

    private static bool IsForward(Parameter<double> parameter) => parameter.Name is "W" or "b";

    public static string Untaught(int layer) => $"W/{layer} was never taught; hand every layer's two signals to Learn, or call LearnAll";

    /// <summary>Gaussian clouds around as many unit vectors.</summary>
    private static Samples<float> Clouds(int count, long seed)
    {
        float[] features = new float[count * FeatureCount];
        int[] classes = new int[count];
        new RandomStream(seed, "clouds").FillNormal<float>(features, 0, 0.5f);
        for (int i = 0; i < count; i++)
        {
            classes[i] = i % Classes;
            features[(i * FeatureCount) + classes[i]] += 2;
        }
        return Samples<float>.OfClasses(features, classes);
    }

    private sealed class Row
    {
        [VectorType(FeatureCount)]
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
    }
}
