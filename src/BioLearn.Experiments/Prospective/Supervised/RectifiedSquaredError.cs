using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>y = max(a, 0), ℓ = ½‖y − t‖²: outputs that the published program rectifies by a slip where it trains convolutions by backpropagation.</summary>
internal sealed class RectifiedSquaredError() : OutputHead("rectified squared error")
{
    public static RectifiedSquaredError Instance { get; } = new();

    public override ActivityRange Range => new(0, double.PositiveInfinity);

    public override void Output<T>(Signal<T> a, Signal<T> y)
    {
        for (int i = 0; i < y.Span.Length; i++)
            y.Span[i] = a.Span[i] > T.Zero ? a.Span[i] : T.Zero;
    }

    public override void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta)
    {
        // An output that is not above 0 was cut off there, and passes no error on.
        for (int i = 0; i < y.Span.Length; i++)
            delta.Span[i] = y.Span[i] > T.Zero ? y.Span[i] - target.Span[i] : T.Zero;
    }

    public override void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses)
    {
        for (int b = 0; b < y.Batch; b++)
        {
            T sum = T.Zero;
            for (int i = 0; i < y.Width; i++)
            {
                T miss = y.Row(b)[i] - target.Row(b)[i];
                sum += miss * miss;
            }
            losses.Row(b)[0] = sum / (T.One + T.One);
        }
    }
}
