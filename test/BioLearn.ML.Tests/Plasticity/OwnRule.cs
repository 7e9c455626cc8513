using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Simd;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>The rule that docs/plasticity.md writes: Grossberg's outstar, H ← H + m q (p - H).</summary>
internal readonly struct Outstar<T> : ITraceRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public V Update<V>(V h, V m, V p, V q)
        where V : unmanaged, ILanes<V, T> => h + m * q * (p - h);

    public void Derivatives<V>(V h, V m, V p, V q, out V byTrace, out V byGate, out V byPost, out V byPre)
        where V : unmanaged, ILanes<V, T>
    {
        byTrace = V.Create(T.One) - m * q;
        byGate = q * (p - h);
        byPost = m * q;
        byPre = m * (p - h);
    }
}
