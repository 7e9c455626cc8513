using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Memories;

/// <summary>
/// The two directions of a restricted Boltzmann machine, p(h | v) = σ(v W' + b) and p(v | h) = σ(h W + a), or h W + a where visible
/// units are Gaussian, and its free energy (Smolensky 1986; Hinton 2002).
/// </summary>
internal sealed class BoltzmannLayer<T>(int visible, int hidden, VisibleUnits units)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Visible => visible;

    public int Hidden => hidden;

    public VisibleUnits Units => units;

    /// <summary>W, [hidden, visible].</summary>
    public T[] Weights { get; init; } = new T[checked(hidden * visible)];

    /// <summary>a.</summary>
    public T[] VisibleBiases { get; init; } = new T[visible];

    /// <summary>b.</summary>
    public T[] HiddenBiases { get; init; } = new T[hidden];

    public MatrixSpan<T> Matrix => new(Weights, hidden, visible);

    /// <summary>W [hidden, visible], a [visible], b [hidden].</summary>
    public NamedTensors GetTensors(string place = "") =>
        new NamedTensors().Add<T>($"W{place}", Weights, hidden, visible).Add<T>($"a{place}", VisibleBiases, visible).Add<T>($"b{place}", HiddenBiases, hidden);

    /// <summary>p(h | v), [batch, hidden].</summary>
    public void Up(ReadOnlyMatrixSpan<T> v, MatrixSpan<T> p, int threads = 1) =>
        Gemm.NT<T, Sigmoid<T>>(v, Matrix, p, T.One, T.Zero, new(HiddenBiases), threads);

    /// <summary>p(v | h), the mean of Gaussian units, [batch, visible].</summary>
    public void Down(ReadOnlyMatrixSpan<T> h, MatrixSpan<T> p, int threads = 1)
    {
        if (units == VisibleUnits.Bernoulli)
            Gemm.NN<T, Sigmoid<T>>(h, Matrix, p, T.One, T.Zero, new(VisibleBiases), threads);
        else
            Gemm.NN<T, Linear<T>>(h, Matrix, p, T.One, T.Zero, new(VisibleBiases), threads);
    }

    /// <summary>
    /// F(v) = −a v − Σ ln(1 + exp(b + W v)), in nats; of Gaussian units ½ ‖v − a‖² − Σ ln(1 + exp(b + W v)). Lower is likelier.
    /// </summary>
    /// <param name="v">[batch, visible].</param>
    /// <param name="room">Scratch, [batch, hidden].</param>
    /// <param name="energies">One a row.</param>
    public void FreeEnergies(ReadOnlyMatrixSpan<T> v, MatrixSpan<T> room, Span<T> energies)
    {
        Gemm.NT<T, Linear<T>>(v, Matrix, room, T.One, T.Zero, new(HiddenBiases));
        for (int r = 0; r < v.Rows; r++)
        {
            T energy = T.Zero;
            foreach (T x in room.Row(r))
                energy -= T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x)));
            ReadOnlySpan<T> row = v.Row(r);
            for (int i = 0; i < row.Length; i++)
            {
                T difference = row[i] - VisibleBiases[i];
                energy += units == VisibleUnits.Bernoulli ? -VisibleBiases[i] * row[i] : difference * difference / T.CreateChecked(2);
            }
            energies[r] = energy;
        }
    }
}
