using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Memories;

/// <summary>
/// The parameters of a binary Helmholtz machine of layers 0 (visible) to L: recognition q(h_l | h_{l-1}) = σ(h_{l-1} R_l' + r_l),
/// generation p(h_{l-1} | h_l) = σ(h_l G_l' + c_{l-1}) and p(h_L) = σ(g) (Dayan, Hinton, Neal and Zemel 1995).
/// </summary>
internal sealed class HelmholtzNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public HelmholtzNetwork(IReadOnlyList<int> sizes)
    {
        Sizes = [.. sizes];
        for (int l = 1; l < Sizes.Length; l++)
        {
            Recognition.Add(new T[checked(Sizes[l] * Sizes[l - 1])]);
            RecognitionBiases.Add(new T[Sizes[l]]);
            Generation.Add(new T[checked(Sizes[l] * Sizes[l - 1])]);
            GenerationBiases.Add(new T[Sizes[l - 1]]);
        }
        GenerationBiases.Add(new T[Sizes[^1]]);
    }

    /// <summary>Units of each layer, the visible one first.</summary>
    public int[] Sizes { get; }

    /// <summary>L.</summary>
    public int Depth => Sizes.Length - 1;

    /// <summary>R_l at l − 1, [n_l, n_{l-1}].</summary>
    public List<T[]> Recognition { get; } = [];

    /// <summary>r_l at l − 1.</summary>
    public List<T[]> RecognitionBiases { get; } = [];

    /// <summary>G_l at l − 1, [n_{l-1}, n_l].</summary>
    public List<T[]> Generation { get; } = [];

    /// <summary>c_l at l; the last is g.</summary>
    public List<T[]> GenerationBiases { get; } = [];

    /// <summary>In an order that never changes.</summary>
    public IEnumerable<T[]> Parameters => Recognition.Concat(RecognitionBiases).Concat(Generation).Concat(GenerationBiases);

    /// <summary>q(h_l | below), [batch, n_l].</summary>
    public void Recognize(int l, ReadOnlyMatrixSpan<T> below, MatrixSpan<T> q, int threads = 1) =>
        Gemm.NT<T, Sigmoid<T>>(below, new(Recognition[l - 1], Sizes[l], Sizes[l - 1]), q, T.One, T.Zero, new(RecognitionBiases[l - 1]), threads);

    /// <summary>p(h_l | above), [batch, n_l], for l below L.</summary>
    public void Generate(int l, ReadOnlyMatrixSpan<T> above, MatrixSpan<T> p, int threads = 1) =>
        Gemm.NT<T, Sigmoid<T>>(above, new(Generation[l], Sizes[l], Sizes[l + 1]), p, T.One, T.Zero, new(GenerationBiases[l]), threads);

    /// <summary>p(h_L), the same for every row.</summary>
    public void GenerateTop(MatrixSpan<T> p)
    {
        for (int b = 0; b < p.Rows; b++)
            TensorPrimitives.Sigmoid<T>(GenerationBiases[Depth], p.Row(b));
    }
}
