using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Networks;

/// <summary>
/// Rows that are kept sparse teach a network what the same rows teach it when they are dense. Dense rows of fewer than 64 features are never
/// looked through for zeros, so that they are the reference here.
/// </summary>
public class SparseTrainingTests
{
    private const int Features = 50, Hidden = 9, Classes = 3, Rows = 60;

    public static TheoryData<LearningRule> Rules() =>
    [
        .. LearningRules.All,
        new DirectFeedbackAlignment { LearnFeedback = true, FeedbackDecay = 1e-3 },
        new KolenPollack { WeightDecay = 1e-2 },
        new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Every },
        new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, FreeSteps = 10 },
    ];

    public static TheoryData<OptimizerKind, double, double> Optimizers()
    {
        TheoryData<OptimizerKind, double, double> all = [];
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            foreach ((double penalty, double decay) in new[] { (0, 0), (1e-2, 0), (0, 1e-3), (1e-2, 1e-3) })
                all.Add(kind, penalty, decay);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_learns_from_sparse_rows_as_from_dense_ones(LearningRule rule)
    {
        foreach (int batch in new[] { 1, 7 })
        {
            foreach (OptimizerSettings optimizer in new[] { OptimizerSettings.Sgd(0.02), OptimizerSettings.Adam(0.01) })
            {
                double[] dense = Train(rule, optimizer, batch, DenseRows<double>()), sparse = Train(rule, optimizer, batch, ThinRows<double>());
                AssertClose(dense, sparse, 1e-8);
            }
        }

        double[] Train(LearningRule rule, OptimizerSettings optimizer, int batch, Samples<double> samples)
        {
            using Network<double> network = new(Spec(rule), rule, Initializer.GlorotUniform, 5);
            using NetworkTrainer<double> trainer = new(network, rule, optimizer, batch);
            trainer.TrainEpoch(samples);
            trainer.Evaluate(samples);
            trainer.TrainEpoch(samples.Take([.. Enumerable.Range(10, 20)]));
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    /// <summary>Columns that are met early, then never for longer than any moment lasts, then again; and one that is never met.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_brings_columns_that_wait_where_the_dense_sweep_brings_them(OptimizerKind kind, double penalty, double decay)
    {
        OptimizerSettings optimizer = new(kind, 0.01) { WeightDecay = penalty, Momentum = 0.9 };
        double[] dense = Train(DenseRows<double>(), look: false);
        AssertClose(dense, Train(ThinRows<double>(), look: false), 1e-11);
        AssertClose(dense, Train(ThinRows<double>(), look: true), 1e-11);

        double[] Train(Samples<double> samples, bool look)
        {
            using Network<double> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            network.Weights(1).Decay = decay;
            using NetworkTrainer<double> trainer = new(network, new Backpropagation(), optimizer, 4);
            List<double> seen = [];
            for (int step = 0; step < 900; step++)
            {
                trainer.LearningRateFactor = step < 300 ? 1 : 0.5;
                // Rows 0 to 29 are met at the beginning and the end, the others all the time.
                int first = step is < 10 or > 850 ? step % 27 : 30 + (step % 26);
                trainer.Step(samples, [first, first + 1, first + 2]);
                if (look && step % 70 == 0)
                    seen.Add(network.Weights(1).Values[3]);
            }
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    /// <summary>In float Adam's missed steps are summed, not made one by one.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam, 0, 0)]
    [InlineData(OptimizerKind.Adam, 0, 1e-3)]
    [InlineData(OptimizerKind.AdamW, 0.1, 0)]
    [InlineData(OptimizerKind.AdamW, 0.1, 1e-3)]
    [InlineData(OptimizerKind.Adam, 1e-3, 0)]
    public void Float_is_as_near_to_double_from_sparse_rows_as_from_dense_ones(OptimizerKind kind, double penalty, double decay)
    {
        double[] exact = [.. Train(DenseRows<double>())];
        double dense = Distance(Train(DenseRows<float>())), sparse = Distance(Train(ThinRows<float>()));
        Assert.True(sparse <= (1.5 * dense) + 1e-6, $"sparse rows end {sparse} from double, dense ones {dense}");

        double Distance(double[] found) => exact.Zip(found, (a, b) => Math.Abs(a - b)).Max();

        double[] Train<T>(Samples<T> samples)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Network<T> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            network.Weights(1).Decay = decay;
            using NetworkTrainer<T> trainer = new(network, new Backpropagation(), new(kind, 0.002) { WeightDecay = penalty }, 4);
            for (int step = 0; step < 500; step++)
            {
                trainer.LearningRateFactor = step < 300 ? 1 : 0.5;
                int first = step % 100 < 10 ? step % 27 : 30 + (step % 26);
                trainer.Step(samples, [first, first + 1, first + 2]);
            }
            return [.. network.Weights(1).Values.ToArray().Select(double.CreateChecked)];
        }
    }

    [Fact]
    public void Batches_sparse_and_dense_in_turn_share_one_optimizer_state()
    {
        foreach (OptimizerSettings optimizer in new[] { OptimizerSettings.Adam(0.01), new OptimizerSettings(OptimizerKind.Momentum, 0.02), OptimizerSettings.Sgd(0.05) })
            AssertClose(Train(optimizer, mixed: false), Train(optimizer, mixed: true), 1e-11);

        static double[] Train(OptimizerSettings optimizer, bool mixed)
        {
            using Network<double> network = new(Spec(new FeedbackAlignment()), new FeedbackAlignment(), Initializer.GlorotUniform, 5);
            using NetworkTrainer<double> trainer = new(network, new FeedbackAlignment(), optimizer, 4);
            Samples<double> dense = DenseRows<double>(), thin = ThinRows<double>();
            for (int step = 0; step < 60; step++)
                trainer.Step(mixed && step % 5 < 3 ? thin : dense, [step % 57, (step % 57) + 1, (step % 57) + 2]);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Batches_without_anything_set_move_what_momentum_moves()
    {
        SparseRows<double> nothing = new(Features);
        for (int i = 0; i < 4; i++)
            nothing.Add([], []);
        Samples<double> empty = Samples<double>.OfClasses(nothing, new int[] { 0, 1, 2, 0 }), zeros = Samples<double>.OfClasses(new double[4 * Features], new int[] { 0, 1, 2, 0 });
        AssertClose(Train(zeros, DenseRows<double>()), Train(empty, ThinRows<double>()), 1e-12);

        static double[] Train(Samples<double> nothing, Samples<double> samples)
        {
            using Network<double> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            using NetworkTrainer<double> trainer = new(network, new Backpropagation(), OptimizerSettings.Adam(0.01), 4);
            for (int step = 0; step < 6; step++)
                trainer.Step(step % 3 == 1 ? samples : nothing, [0, 1, 2, 3]);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public void Any_number_of_threads_gives_the_same_bits(int batch)
    {
        Samples<float> samples = Wide();
        foreach (OptimizerSettings optimizer in new[] { OptimizerSettings.Sgd(0.02), OptimizerSettings.Adam(0.01) })
            Assert.Equal(Train(1), Train(2));

        float[] Train(int threads)
        {
            NetworkSpec spec = NetworkSpec.Perceptron(2000, [300], Classes, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
            using Network<float> network = new(spec, new FeedbackAlignment(), Initializer.GlorotUniform, 5);
            using NetworkTrainer<float> trainer = new(network, new FeedbackAlignment(), OptimizerSettings.Adam(0.01), batch, threads);
            trainer.TrainEpoch(samples);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }

        static Samples<float> Wide()
        {
            SparseRows<float> rows = new(2000);
            for (int i = 0; i < 64; i++)
                rows.Add([.. Enumerable.Range(0, 500).Select(j => (4 * j) + (i % 4))], [.. Enumerable.Range(0, 500).Select(j => MathF.Sin(i + j))]);
            return Samples<float>.OfClasses(rows, Enumerable.Range(0, 64).Select(i => i % Classes).ToArray());
        }
    }

    [Fact]
    public void Dense_rows_with_many_zeros_give_the_bits_of_the_dense_products()
    {
        const int features = 200, batch = 8, steps = 12;
        float[] x = Thin<float>(batch * steps, features, 0.2);
        NetworkSpec spec = NetworkSpec.Perceptron(features, [40], Classes, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using Network<float> looked = new(spec, new Backpropagation(), Initializer.GlorotUniform, 5), plain = new(spec, new Backpropagation(), Initializer.GlorotUniform, 5);
        using NetworkTrainer<float> trainer = new(looked, new Backpropagation(), OptimizerSettings.Sgd(0.05), batch);
        using Optimizer<float> optimizer = new(OptimizerSettings.Sgd(0.05));
        using LearningContext<float> context = new(plain, batch) { Apply = optimizer.Apply, FuseDescent = true };
        using NativeBuffer<float> input = new(batch * features), target = new(batch * Classes);
        for (int step = 0; step < steps; step++)
        {
            x.AsSpan(step * batch * features, batch * features).CopyTo(input.Span);
            target.Span.Clear();
            for (int b = 0; b < batch; b++)
                target.Span[(b * Classes) + (b % Classes)] = 1;
            trainer.Step(input.Span, target.Span);
            Assert.NotNull(trainer.Context.Input.Sparse);
            context.Begin(new(input, batch, features), new(target, batch, Classes));
            Assert.Null(context.Input.Sparse);
            new Backpropagation().ComputeCredit(context);
            context.Finish();
            Assert.Equal(context.Clean.PreActivation(1).Span.ToArray(), trainer.Context.Clean.PreActivation(1).Span.ToArray());
        }
        Assert.Equal(plain.Weights(1).Values.ToArray(), looked.Weights(1).Values.ToArray());
    }

    [Fact]
    public void Gradients_of_a_step_are_those_of_dense_rows()
    {
        foreach (OptimizerSettings optimizer in new[] { OptimizerSettings.Adam(0.01), new OptimizerSettings(OptimizerKind.Momentum, 0.1) })
        {
            Assert.Equal(Gradient(DenseRows<double>()), Gradient(ThinRows<double>()));

            double[] Gradient(Samples<double> samples)
            {
                using Network<double> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
                using NetworkTrainer<double> trainer = new(network, new Backpropagation(), optimizer, 5);
                trainer.Step(samples, [1, 2, 3]);
                double[] first = trainer.Gradient(network.Weights(1)).ToArray();
                trainer.Step(samples, [4, 5, 6, 7]);
                return [.. first, .. trainer.Gradient(network.Weights(1))];
            }
        }
    }

    /// <summary>What a saved model remembers of the optimizer lies row by row, after all steps, whatever way the rows went.</summary>
    [Fact]
    public void Training_goes_on_from_sparse_rows_as_from_dense_ones()
    {
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
            AssertClose(Train(DenseRows<double>(), kind), Train(ThinRows<double>(), kind), 1e-11);

        static double[] Train(Samples<double> samples, OptimizerKind kind)
        {
            using Network<double> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            IReadOnlyList<TensorMemory<double>> memory;
            using (NetworkTrainer<double> trainer = new(network, new Backpropagation(), new OptimizerSettings(kind, 0.01), 4))
            {
                trainer.Step(samples, [0, 1, 2]);
                trainer.Step(samples, [31, 32, 33]);
                memory = trainer.Remember();
            }
            using NetworkTrainer<double> next = new(network, new Backpropagation(), new OptimizerSettings(kind, 0.01), 4);
            next.GoOn(1, 2, memory);
            next.TrainEpoch(samples);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray()), .. memory.SelectMany(m => m.First)];
        }
    }

    [Fact]
    public void Training_in_two_parts_has_the_bits_of_one()
    {
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
            Assert.Equal(Train(kind, stops: false), Train(kind, stops: true));

        static float[] Train(OptimizerKind kind, bool stops)
        {
            using Network<float> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            Samples<float> samples = ThinRows<float>();
            IReadOnlyList<TensorMemory<float>>? memory = null;
            for (int done = 0; done < 60;)
            {
                using NetworkTrainer<float> trainer = new(network, new Backpropagation(), new OptimizerSettings(kind, 0.01), 4);
                trainer.GoOn(done, done * 15, memory);
                for (int last = stops ? done + 20 : 60; done < last; done++)
                    trainer.TrainEpoch(done == 30 ? samples.Take([.. Enumerable.Range(0, 60)]) : samples.Take([.. Enumerable.Range(30, 30), .. Enumerable.Range(30, 30)]));
                memory = trainer.Remember();
            }
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    [Fact]
    public void Scaled_rows_stay_sparse_and_centres_are_refused()
    {
        FeatureMap map = new([.. Enumerable.Range(0, Features).Select(i => 0.5f + i)]);
        AssertClose(Train(DenseRows<double>().With(map)), Train(ThinRows<double>().With(map)), 1e-12);
        FeatureMap shift = new([.. Enumerable.Range(0, Features).Select(i => 0.5f + i)], [.. Enumerable.Range(0, Features).Select(i => 0.01f * i)]);
        AssertClose(Train(DenseRows<double>().With(shift)), Train(ThinRows<double>().With(shift)), 1e-12);

        static double[] Train(Samples<double> samples)
        {
            using Network<double> network = new(Spec(new Backpropagation()), new Backpropagation(), Initializer.GlorotUniform, 5);
            using NetworkTrainer<double> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(0.001), 5);
            trainer.TrainEpoch(samples);
            return [.. network.Parameters.SelectMany(p => p.Values.ToArray())];
        }
    }

    internal static T[] Thin<T>(int rows, int features, double share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[rows * features];
        double[] chance = new double[values.Length];
        new RandomStream(1, "values").FillNormal(values, T.Zero, T.One);
        new RandomStream(1, "chance").FillUniform<double>(chance, 0, 1);
        for (int i = 0; i < values.Length; i++)
            values[i] = chance[i] < share ? values[i] : T.Zero;
        return values;
    }

    private static NetworkSpec Spec(LearningRule rule) => NetworkSpec.Perceptron(
        Features, [Hidden, 6], Classes, rule.PreferredActivation ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);

    /// <summary>Rows of which a sixth is set; some are empty; the first half has columns of its own; the last column is never set.</summary>
    private static T[] Values<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = Thin<T>(Rows, Features, 0.17);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Features; j++)
            {
                if (i % 11 == 5 || (i >= 30 && j < 15) || j == Features - 1)
                    values[(i * Features) + j] = T.Zero;
            }
        }
        return values;
    }

    private static int[] Labels => [.. Enumerable.Range(0, Rows).Select(i => i % Classes)];

    private static Samples<T> DenseRows<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Samples<T>.OfClasses(Values<T>(), Labels);

    private static Samples<T> ThinRows<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = Values<T>();
        SparseRows<T> rows = new(Features);
        for (int i = 0; i < Rows; i++)
        {
            int[] columns = [.. Enumerable.Range(0, Features).Where(j => values[(i * Features) + j] != T.Zero)];
            rows.Add(columns, [.. columns.Select(j => values[(i * Features) + j])]);
        }
        return Samples<T>.OfClasses(rows, Labels);
    }

    private static void AssertClose(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"number {i}: {found[i]:R}, expected {expected[i]:R}");
    }
}
