using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Recurrent;

/// <summary>The recurrent synapses of an echo-state network.</summary>
public static class Reservoir
{
    /// <summary>
    /// W normal, a share of it kept, scaled to its spectral radius; W_in and b uniform. The numbers come from the streams "W_rec",
    /// "W_rec/kept", "W_in" and "b".
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="network">Whose weights are drawn; its random feedback too.</param>
    /// <param name="options">Spectral radius, density and scales; its sizes and its leak are the network's own.</param>
    /// <param name="seed">Seed of the streams.</param>
    /// <exception cref="InvalidOperationException">So few synapses were kept that no activity returns.</exception>
    public static void Draw<T>(LeakyRecurrentNetwork<T> network, EchoStateOptions options, long seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Draw(network, options, seed, null);

    /// <inheritdoc cref="Draw{T}(LeakyRecurrentNetwork{T}, EchoStateOptions, long)"/>
    internal static void Draw<T>(LeakyRecurrentNetwork<T> network, EchoStateOptions options, long seed, Action? interruption)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        network.Draw(seed); // the random feedback too, for who goes on with RFLO
        int units = network.Units, inputs = network.Inputs;
        double[] recurrent = new double[checked(units * units)], input = new double[checked(units * inputs)], bias = new double[units];
        new RandomStream(seed, "W_rec").FillNormal<double>(recurrent, 0, 1);
        if (options.Density < 1)
        {
            double[] kept = new double[recurrent.Length];
            new RandomStream(seed, "W_rec/kept").FillBernoulli<double>(kept, options.Density);
            TensorPrimitives.Multiply(recurrent, kept, recurrent);
        }
        new RandomStream(seed, "W_in").FillUniform<double>(input, -options.InputScale, options.InputScale);
        new RandomStream(seed, "b").FillUniform<double>(bias, -options.BiasScale, options.BiasScale);
        double radius = SpectralRadius.Of(new ReadOnlyMatrixSpan<double>(recurrent, units, units), threads: 1, interruption);
        if (!(radius > 1e-12 * TensorPrimitives.Norm<double>(recurrent)))
            throw new InvalidOperationException($"With Density {options.Density:g3} of {units} units no activity returns to where it came from; a larger Density or a larger NumberOfUnits are needed.");
        TensorPrimitives.Multiply(recurrent, options.SpectralRadius / radius, recurrent);
        for (int i = 0; i < units; i++)
        {
            Span<T> row = network.Weights.Values.Slice(i * network.Weights.Columns, network.Weights.Columns);
            Put(recurrent.AsSpan(i * units, units), row);
            Put(input.AsSpan(i * inputs, inputs), row[units..]);
            row[^1] = T.CreateChecked(bias[i]);
        }

        static void Put(ReadOnlySpan<double> from, Span<T> to)
        {
            for (int i = 0; i < from.Length; i++)
                to[i] = T.CreateChecked(from[i]);
        }
    }
}
