using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Recurrent;

/// <summary>
/// Parameters of a leaky recurrent network: h_t = (1 − α) h_{t−1} + α tanh(W [h_{t−1}; x_t; 1]), y_t = κ y_{t−1} + W_out [h_t; 1], and the
/// feedback weights B [outputs, units] that bring output errors to the units. κ is 0 but for readouts that remember.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LeakyRecurrentNetwork<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parameters of zeros.</summary>
    /// <param name="inputs">Inputs of one time step.</param>
    /// <param name="units">Recurrent units.</param>
    /// <param name="outputs">Outputs of one time step.</param>
    /// <param name="leak">α = dt / τ, in (0, 1].</param>
    /// <param name="readoutDecay">κ, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or a rate is out of range.</exception>
    public LeakyRecurrentNetwork(int inputs, int units, int outputs, double leak, double readoutDecay = 0)
    {
        Guard.AtLeast(inputs, 1);
        Guard.AtLeast(units, 1);
        Guard.AtLeast(outputs, 1);
        Guard.Share(leak);
        Guard.Fraction(readoutDecay);
        Inputs = inputs;
        Units = units;
        Outputs = outputs;
        Leak = leak;
        ReadoutDecay = readoutDecay;
        Weights = new Parameter<T>("W", 1, units, units + inputs + 1);
        Readout = new Parameter<T>("W", 2, outputs, units + 1);
        Feedback = new Parameter<T>("B", 2, outputs, units);
    }

    /// <summary>Inputs of one time step.</summary>
    public int Inputs { get; }

    /// <summary>Recurrent units.</summary>
    public int Units { get; }

    /// <summary>Outputs of one time step.</summary>
    public int Outputs { get; }

    /// <summary>α.</summary>
    public double Leak { get; }

    /// <summary>κ.</summary>
    public double ReadoutDecay { get; }

    /// <summary>[W_rec | W_in | b], a row a unit: [units, units + inputs + 1].</summary>
    public Parameter<T> Weights { get; }

    /// <summary>[W_out | b_out], a row an output: [outputs, units + 1].</summary>
    public Parameter<T> Readout { get; }

    /// <summary>B, [outputs, units].</summary>
    public Parameter<T> Feedback { get; }

    /// <summary>All three.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [Weights, Readout, Feedback];

    /// <summary>W_rec normal with deviation 1/√units, W_in within ±1/√inputs, W_out within ±1/√units, B standard normal over √units; biases 0.</summary>
    /// <param name="seed">Seed of the streams "W_rec", "W_in", "W_out" and "B".</param>
    public void Draw(long seed)
    {
        T[] recurrent = new T[Units * Units], input = new T[Units * Inputs], readout = new T[Outputs * Units];
        T byUnits = T.CreateChecked(1 / Math.Sqrt(Units)), byInputs = T.CreateChecked(1 / Math.Sqrt(Inputs));
        new RandomStream(seed, "W_rec").FillNormal<T>(recurrent, T.Zero, byUnits);
        new RandomStream(seed, "W_in").FillUniform<T>(input, -byInputs, byInputs);
        new RandomStream(seed, "W_out").FillUniform<T>(readout, -byUnits, byUnits);
        new RandomStream(seed, "B").FillNormal(Feedback.Values, T.Zero, byUnits);
        for (int i = 0; i < Units; i++)
        {
            Span<T> row = Weights.Values.Slice(i * Weights.Columns, Weights.Columns);
            recurrent.AsSpan(i * Units, Units).CopyTo(row);
            input.AsSpan(i * Inputs, Inputs).CopyTo(row[Units..]);
        }
        for (int k = 0; k < Outputs; k++)
            readout.AsSpan(k * Units, Units).CopyTo(Readout.Values.Slice(k * Readout.Columns, Units));
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Readout.Dispose();
        Feedback.Dispose();
    }
}
