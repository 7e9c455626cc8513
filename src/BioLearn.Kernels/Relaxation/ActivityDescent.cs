using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// One step of predictive coding's activities in one pass over memory: x ← x + γ (d − f'(x) ⊙ back), and h = f(x) of the new x.
/// </summary>
internal static unsafe class ActivityDescent
{
    /// <param name="rate">γ.</param>
    /// <param name="error">d.</param>
    /// <param name="back">What comes back from the layer above.</param>
    /// <param name="activity">x, moved.</param>
    /// <param name="sent">h = f(x) before and after.</param>
    /// <exception cref="ArgumentException">A length differs from the activities'.</exception>
    public static void Step<T, TActivation>(T rate, ReadOnlySpan<T> error, ReadOnlySpan<T> back, Span<T> activity, Span<T> sent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        Lengths.MustMatch(activity.Length, error.Length, nameof(error));
        Lengths.MustMatch(activity.Length, back.Length, nameof(back));
        Lengths.MustMatch(activity.Length, sent.Length, nameof(sent));
        fixed (T* d = error, b = back, x = activity, h = sent)
        {
            var kernel = new Kernel<T, TActivation> { Rate = rate, Error = d, Back = b, Activity = x, Sent = h, Length = activity.Length };
            Hardware.Run<T, Kernel<T, TActivation>>(ref kernel);
        }
    }

    private struct Kernel<T, TActivation> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation<T>
    {
        public T Rate;
        public T* Error, Back, Activity, Sent;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            T* d = Error, b = Back, x = Activity, h = Sent;
            V rate = V.Create(Rate);
            int length = Length;
            // One body for whole vectors and the rest: the activation is long, and two copies of it exceed what the compiler inlines.
            for (int i = 0; i < length; i += V.Count)
            {
                int rest = length - i;
                bool whole = rest >= V.Count;
                V activity = whole ? V.Load(x + i) : V.LoadFirst(x + i, rest), sent = whole ? V.Load(h + i) : V.LoadFirst(h + i, rest);
                V back = whole ? V.Load(b + i) : V.LoadFirst(b + i, rest), error = whole ? V.Load(d + i) : V.LoadFirst(d + i, rest);
                activity = V.MultiplyAdd(rate, V.SubtractProduct(TActivation.Derivative(activity, sent), back, error), activity);
                sent = TActivation.Invoke(activity);
                if (whole)
                {
                    V.Store(activity, x + i);
                    V.Store(sent, h + i);
                }
                else
                {
                    V.StoreFirst(activity, x + i, rest);
                    V.StoreFirst(sent, h + i, rest);
                }
            }
        }
    }
}
