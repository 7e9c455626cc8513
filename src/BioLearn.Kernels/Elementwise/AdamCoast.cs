using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>
/// Several steps of Adam with gradient 0 in one: the moments decay and move the parameter all the same. Step j of k takes
/// <code>
/// η_j c1_j β₁ʲ m / (√(c2_j β₂ʲ v) + ε) = w_j m / (√v + e_j)      w_j = η_j c1_j (β₁ / √β₂)ʲ / √c2_j      e_j = ε / (√c2_j β₂^(j/2))
/// </code>
/// with the corrections c1, c2 of its time. All together are Σ w m / (√v + ē) · (1 + σ² / (√v + ē)²), ē and σ² being the mean and the variance of
/// e_j, weighted by w: right to the rounding of float where σ is small beside √v + ē; elsewhere the steps are made one by one.
/// </summary>
internal readonly struct AdamCoast
{
    /// <summary>Σ w, each times what later steps keep of a parameter.</summary>
    public double Way { get; init; }

    /// <summary>ē.</summary>
    public double Shift { get; init; }

    /// <summary>σ².</summary>
    public double Spread { get; init; }

    /// <summary>What all steps keep of a parameter.</summary>
    public double Kept { get; init; }

    /// <summary>β₁ᵏ.</summary>
    public double Decay1 { get; init; }

    /// <summary>β₂ᵏ.</summary>
    public double Decay2 { get; init; }

    /// <summary>Makes the steps.</summary>
    /// <param name="rules">The steps by themselves, for numbers that the sum does not serve.</param>
    /// <param name="keep">Factor on the parameters before each step; empty where all are 1.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="first">m.</param>
    /// <param name="second">v.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public unsafe void Run(ReadOnlySpan<Adam<float>> rules, ReadOnlySpan<float> keep, Span<float> parameters, Span<float> first, Span<float> second)
    {
        Lengths.MustMatch(keep.IsEmpty ? 0 : rules.Length, keep.Length, nameof(keep));
        Lengths.MustMatch(parameters.Length, first.Length, nameof(first));
        Lengths.MustMatch(parameters.Length, second.Length, nameof(second));
        fixed (Adam<float>* r = rules)
        fixed (float* k = keep, p = parameters, m = first, v = second)
        {
            var kernel = new Kernel
            {
                Rules = r,
                Steps = rules.Length,
                Keep = k,
                Parameters = p,
                First = m,
                Second = v,
                Length = parameters.Length,
                Way = (float)Way,
                Shift = (float)Shift,
                Spread = (float)Spread,
                Kept = (float)Kept,
                Decay1 = (float)Decay1,
                Decay2 = (float)Decay2,
                // Third order: (σ / (√v + ē))³ is then below 2⁻²⁷.
                Bound = (float)(Math.Sqrt(Spread) * (1 << 9)),
            };
            Hardware.Run<float, Kernel>(ref kernel);
        }
    }

    private unsafe struct Kernel : IVectorKernel<float>
    {
        public Adam<float>* Rules;
        public int Steps, Length;
        public float* Keep, Parameters, First, Second;
        public float Way, Shift, Spread, Kept, Decay1, Decay2, Bound;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, float>
        {
            V way = V.Create(Way), shift = V.Create(Shift), spread = V.Create(Spread), kept = V.Create(Kept), decay1 = V.Create(Decay1), decay2 = V.Create(Decay2), bound = V.Create(Bound), one = V.Create(1);
            for (int i = 0; i < Length; i += V.Count)
            {
                int count = Math.Min(V.Count, Length - i);
                V parameter = V.LoadFirst(Parameters + i, count), first = V.LoadFirst(First + i, count), second = V.LoadFirst(Second + i, count);
                V size = V.Sqrt(second) + shift;
                // Lanes whose moments are 0 do not move, whatever the sum.
                V beyond = V.Select(V.Equals(first, V.Zero), V.Zero, V.LessThan(size, bound) & one);
                if (V.Sum(beyond) != 0)
                    OneByOne(ref parameter, ref first, ref second);
                else
                {
                    V inverse = one / size;
                    V direction = first * inverse * V.MultiplyAdd(spread, inverse * inverse, one);
                    parameter = V.SubtractProduct(way, direction, kept * parameter);
                    first *= decay1;
                    second *= decay2;
                }
                V.StoreFirst(parameter, Parameters + i, count);
                V.StoreFirst(first, First + i, count);
                V.StoreFirst(second, Second + i, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void OneByOne<V>(ref V parameter, ref V first, ref V second)
            where V : unmanaged, ILanes<V, float>
        {
            V p = parameter, m = first, v = second;
            for (int s = 0; s < Steps; s++)
            {
                if (Keep != null)
                    p *= V.Create(Keep[s]);
                p = Rules[s].Step(p, V.Zero, ref m, ref v);
            }
            (parameter, first, second) = (p, m, v);
        }
    }
}
