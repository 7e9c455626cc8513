using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<UnsupervisedTransformer<HelmholtzMachine>>]

namespace BioLearn.ML.Memories;

/// <summary>A Helmholtz machine: recognition upwards, generation downwards, each taught by the other (Dayan et al. 1995; Hinton et al. 1995).</summary>
public sealed class HelmholtzMachine : IFeatureModel<HelmholtzMachine>
{
    private readonly HelmholtzNetwork<float> _network;

    private HelmholtzMachine(HelmholtzNetwork<float> network) => _network = network;

    /// <inheritdoc/>
    public int FeatureCount => _network.Sizes[0];

    /// <summary>Units of each hidden layer, from the input up.</summary>
    public IReadOnlyList<int> HiddenUnits => _network.Sizes[1..];

    static string IFeatureModel<HelmholtzMachine>.ComponentName => "BioLearn.HelmholtzMachine";

    IReadOnlyList<FeatureOutput> IFeatureModel<HelmholtzMachine>.Outputs => [FeatureOutput.Vector(_network.Sizes[1..].Sum()), FeatureOutput.Vector(FeatureCount)];

    /// <summary>R_l, [n_l, n_{l-1}] row by row; a copy.</summary>
    /// <param name="layer">l, from 1.</param>
    /// <returns>The weights.</returns>
    public float[] GetRecognitionWeights(int layer) => [.. _network.Recognition[layer - 1]];

    /// <summary>G_l, [n_{l-1}, n_l] row by row; a copy.</summary>
    /// <param name="layer">l, from 1.</param>
    /// <returns>The weights.</returns>
    public float[] GetGenerationWeights(int layer) => [.. _network.Generation[layer - 1]];

    /// <summary>For each layer l recognition R [n_l, n_{l-1}] with biases r, generation G [n_{l-1}, n_l] with biases c of the layer below, and g, the biases of the top layer: R1, r1, G1, c0, ..., g.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        for (int l = 1; l <= _network.Depth; l++)
        {
            (int above, int below) = (_network.Sizes[l], _network.Sizes[l - 1]);
            tensors.Add<float>(FormattableString.Invariant($"R{l}"), _network.Recognition[l - 1], above, below).Add<float>(FormattableString.Invariant($"r{l}"), _network.RecognitionBiases[l - 1], above)
                .Add<float>(FormattableString.Invariant($"G{l}"), _network.Generation[l - 1], below, above).Add<float>(FormattableString.Invariant($"c{l - 1}"), _network.GenerationBiases[l - 1], below);
        }
        return tensors.Add<float>("g", _network.GenerationBiases[^1], _network.Sizes[^1]);
    }

    /// <summary>Rows that the machine dreams, from the top down.</summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="seed">Decides the samples.</param>
    /// <returns>Probabilities of the visible units, one array a row.</returns>
    public float[][] Dream(int count, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Chance<float> chance = Chance<float>.Of(new RandomStream(seed, "dream"));
        float[] above = new float[count * _network.Sizes[^1]];
        _network.GenerateTop(new(above, count, _network.Sizes[^1]));
        for (int l = _network.Depth - 1; l >= 0; l--)
        {
            chance.Sample(above, above);
            float[] here = new float[count * _network.Sizes[l]];
            _network.Generate(l, new(above, count, _network.Sizes[l + 1]), new(here, count, _network.Sizes[l]));
            above = here;
        }
        return [.. above.Chunk(FeatureCount)];
    }

    /// <summary>The variational free energy of a row, ln q(h | x) − ln p(x, h), averaged over samples of h: from above, −ln p(x) in nats.</summary>
    /// <param name="row">Features from 0 to 1.</param>
    /// <param name="samples">Samples of h, at least 1.</param>
    /// <param name="seed">Decides the samples.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentException"><paramref name="row"/> has another length.</exception>
    public double FreeEnergy(ReadOnlySpan<float> row, int samples = 100, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (row.Length != FeatureCount)
            throw new ArgumentException($"has {row.Length} features, the machine {FeatureCount}", nameof(row));
        WakeSleep<float> phases = new(_network, Chance<float>.Of(new RandomStream(seed, "free energy")), samples);
        Span<float> batch = phases.Begin(samples);
        for (int s = 0; s < samples; s++)
            row.CopyTo(batch[(s * row.Length)..]);
        phases.Wake();
        return phases.FreeEnergies.Average(energy => (double)energy);
    }

    internal static HelmholtzMachine Learn(HelmholtzOptions options, UnsupervisedContext context)
    {
        FeatureScale.RequireProbabilities(context);
        for (int l = 0; l < options.HiddenUnits.Count; l++)
        {
            int below = l == 0 ? context.Rows.Width : options.HiddenUnits[l - 1];
            Guard.Connections(below, options.HiddenUnits[l], nameof(options.HiddenUnits));
            MemoryLimit.Require(4L * sizeof(float) * below * options.HiddenUnits[l], $"{below} x {options.HiddenUnits[l]} weights of two kinds and what learns them", "Fewer HiddenUnits take less.");
        }
        HelmholtzNetwork<float> network = new([context.Rows.Width, .. options.HiddenUnits]);
        for (int l = 1; l <= network.Depth; l++)
        {
            new RandomStream(context.Seed, $"recognition/{l}").FillNormal(network.Recognition[l - 1].AsSpan(), 0, 1 / MathF.Sqrt(network.Sizes[l - 1]));
            new RandomStream(context.Seed, $"generation/{l}").FillNormal(network.Generation[l - 1].AsSpan(), 0, 0.1f);
        }
        EpochLoop epochs = new(context, options.BatchSize, options.NumberOfEpochs);
        WakeSleep<float> phases = new(network, Chance<float>.Of(new RandomStream(context.Seed, "phases")), epochs.Capacity, options.Threads);
        long step = 0;
        double energy = 0;
        int rows = 0;
        epochs.Run(
            count => phases.Begin(rows = count),
            done =>
            {
                step++;
                phases.Learn((float)options.LearningRate);
                energy += TensorPrimitives.Sum<float>(phases.FreeEnergies.AsSpan(0, rows));
                if (!network.Parameters.All(p => TensorPrimitives.IsFiniteAll<float>(p)))
                    throw DivergenceException.OfUnits("wake-sleep", (int)done + 1, step);
            },
            () =>
            {
                double mean = energy / context.Rows.Count;
                energy = 0;
                return (mean, null);
            });
        return new(network);
    }

    FeatureMapper IFeatureModel<HelmholtzMachine>.CreateMapper(int capacity)
    {
        float[][] layers = [.. _network.Sizes.Select(units => new float[capacity * units])];
        return (features, rows, outputs) =>
        {
            features.CopyTo(layers[0]);
            for (int l = 1; l <= _network.Depth; l++)
                _network.Recognize(l, new(layers[l - 1], rows, _network.Sizes[l - 1]), new(layers[l], rows, _network.Sizes[l]));
            for (int r = 0, to = 0; outputs[0].Length > 0 && r < rows; r++)
            {
                for (int l = 1; l <= _network.Depth; to += _network.Sizes[l++])
                    layers[l].AsSpan(r * _network.Sizes[l], _network.Sizes[l]).CopyTo(outputs[0].AsSpan(to));
            }
            if (outputs[1].Length > 0)
                _network.Generate(0, new(layers[1], rows, _network.Sizes[1]), new(outputs[1], rows, FeatureCount));
        };
    }

    void IFeatureModel<HelmholtzMachine>.Save(ModelWriter writer)
    {
        writer.Fields.Write(_network.Sizes.Length);
        foreach (int units in _network.Sizes)
            writer.Fields.Write(units);
        int number = 0;
        foreach (float[] parameter in _network.Parameters)
            writer.WriteTensor<float>($"Parameter{number++}", parameter);
    }

    static HelmholtzMachine IFeatureModel<HelmholtzMachine>.Load(ModelReader reader)
    {
        int[] sizes = new int[reader.ReadLength("layers", sizeof(int))];
        for (int l = 0; l < sizes.Length; l++)
            sizes[l] = reader.ReadCount($"units of layer {l}", 1, 1 << 20);
        if (sizes.Length < 2)
            throw reader.Damaged($"it has {sizes.Length} layers");
        // Read before memory is taken for the network, so that sizes that no tensor has cost nothing.
        List<float[]> read = [];
        for (int number = 0; number < (4 * (sizes.Length - 1)) + 1; number++)
            read.Add(reader.ReadTensor<float>($"Parameter{number}"));
        if ((long)sizes[0] * sizes[1] != read[0].Length)
            throw reader.Damaged($"its first weights have {read[0].Length} values for {sizes[0]} and {sizes[1]} units");
        HelmholtzNetwork<float> network = new(sizes);
        foreach ((float[] values, float[] from) in network.Parameters.Zip(read))
        {
            if (values.Length != from.Length)
                throw reader.Damaged($"a tensor has {from.Length} values, expected {values.Length}");
            from.CopyTo(values, 0);
        }
        return new(network);
    }
}
