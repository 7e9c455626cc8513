using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Activities of predictive coding on any graph. Layers with weights have value nodes that hold the pre-activation; other layers only pass on what they
/// read. Additions, pooling, gates and normalization are parts of the prediction. While inference runs the clean phase holds the activities.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly struct GraphValueNodes<T>(LearningContext<T> step, PredictiveCoding rule) : IValueNodes
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int Top => step.Depth;

    public void Start()
    {
        bool goesOn = ValueNodeSteps.GoesOn(step, rule);
        for (int l = 1; l < Top; l++)
        {
            if (!HasNode(l))
                continue;
            if (IsDriven(l))
                step.Clean.PreActivation(l).Span.CopyTo(Drive(l).Span);
            if (!goesOn)
                step.Clean.PreActivation(l).Span.CopyTo(X(l).Span);
        }
    }

    public double Evaluate(int moves, bool watch, out double loss, out double energy)
    {
        loss = energy = 0;
        for (int l = 1; l <= Top; l++)
        {
            Signal<T> prediction = step.Clean.PreActivation(l);
            if (l < Top && IsDriven(l) && rule.WeightUpdates == WeightUpdateSchedule.Last)
                Drive(l).Span.CopyTo(prediction.Span);
            else
                step.PreActivate(step.Clean, l);
            if (l < Top && HasNode(l))
            {
                TensorPrimitives.Subtract(prediction.Span, X(l).Span, Error(l).Span);
                if (watch)
                    energy += 0.5 * double.CreateChecked(TensorPrimitives.SumOfSquares<T>(Error(l).Span));
                if (rule.EnergyCoefficient != 1)
                    TensorPrimitives.Multiply(Error(l).Span, T.CreateChecked(rule.EnergyCoefficient), Error(l).Span);
                X(l).Span.CopyTo(prediction.Span);
            }
            step.Activate(step.Clean, l);
        }
        step.OutputError();
        double strength = rule.Strength(step);
        TensorPrimitives.Multiply(step.Delta(Top).Span, T.CreateChecked(strength), Error(Top).Span);
        if (!watch)
            return double.NaN;
        loss = step.MeanLoss * step.Batch;
        return (strength * loss) + (rule.EnergyCoefficient * energy);
    }

    public void Learn(double coefficient)
    {
        for (int l = 1; l <= Top; l++)
        {
            if (!HasNode(l))
                continue;
            TensorPrimitives.Multiply(Error(l).Span, T.CreateChecked(coefficient), step.Delta(l).Span);
            step.Clean.Normalization(l)?.Learn(step, step.Network.Normalization(l), step.Delta(l));
            if (step.Layer(l).HasWeights)
                step.Learn(l, step.AtSynapses(l), step.Clean.ReadBy(l));
        }
    }

    public void Move(double rate, int number)
    {
        Error(Top).Span.CopyTo(step.Delta(Top).Span);
        for (int l = Top; l > 1; l--)
        {
            step.Backward(l, step.Weights(l));
            if (HasNode(l - 1))
                Take(l - 1);
        }
        for (int l = 1; l < Top; l++)
        {
            if (HasNode(l))
                ValueNodeSteps.Step(step, rule, l, X(l), Gradient(l), rate, number);
        }
    }

    /// <summary>What came from above is the node's gradient but for its own error, which it sends on.</summary>
    private void Take(int l)
    {
        TensorPrimitives.Subtract(step.Delta(l).Span, Error(l).Span, Gradient(l).Span);
        Error(l).Span.CopyTo(step.Delta(l).Span);
    }

    public double LargestGradient()
    {
        double largest = 0;
        for (int l = 1; l < Top; l++)
        {
            if (HasNode(l))
                largest = Math.Max(largest, Math.Abs(double.CreateChecked(TensorPrimitives.MaxMagnitude<T>(Gradient(l).Span))));
        }
        return largest;
    }

    private bool HasNode(int l) => step.Layer(l).HasWeights || step.Layer(l).Normalization is not null;

    /// <summary>Whether the prediction is constant while weights stay: the input is clamped.</summary>
    private bool IsDriven(int l) => step.Layer(l) is { Source: 0, Adds.IsEmpty: true, Normalization: null };

    private Signal<T> X(int l) => step.Scratch(PredictiveCoding.Activities, l, step.Layer(l).Units.Size);

    private Signal<T> Error(int l) => step.Scratch("d", l, step.Layer(l).Units.Size);

    private Signal<T> Gradient(int l) => step.Scratch("∂E/∂x", l, step.Layer(l).Units.Size);

    private Signal<T> Drive(int l) => step.Scratch("drive", l, step.Layer(l).Units.Size);
}
