using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>For observed steps: how many steps a network took to settle, and how much it still moved in the last.</summary>
internal struct SettlingWatch<T>(LearningContext<T> step)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Settled = 1e-3;

    private int _steps;
    private int _lastMoved;
    private double _residual;

    /// <summary>Keeps the states before a step.</summary>
    public readonly void Before(LayeredStates<T> states)
    {
        for (int l = 1; l <= step.Depth; l++)
            states[l].Span.CopyTo(Old(states, l).Span);
    }

    /// <summary>Compares them with the states after it.</summary>
    public void After(LayeredStates<T> states)
    {
        double largest = 0;
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> old = Old(states, l);
            TensorPrimitives.Subtract(states[l].Span, old.Span, old.Span);
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(TensorPrimitives.MaxMagnitude<T>(old.Span))));
        }
        After(largest);
    }

    /// <summary>Takes the largest change of a unit in a step.</summary>
    public void After(double largestChange)
    {
        _steps++;
        _residual = largestChange;
        if (largestChange > Settled)
            _lastMoved = _steps;
    }

    public readonly void Tell()
    {
        step.Note(DiagnosticMetric.SettlingSteps, 0, Math.Min(_lastMoved + 1, _steps));
        step.Note(DiagnosticMetric.Residual, 0, _residual);
    }

    private readonly Signal<T> Old(LayeredStates<T> states, int layer) => step.Scratch("before the step", layer, states[layer].Width);
}
