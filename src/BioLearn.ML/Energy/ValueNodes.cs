using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Relaxation;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// The activities x_l of predictive coding, their predictions μ_l and errors d_l = c (μ_l − x_l) (for the output β ∂ℓ/∂μ_L), for one
/// mini-batch. d_l stands in <c>Delta(l)</c>. A pooling lies between a layer's nodes and the weights above, in either node position.
/// </summary>
internal readonly struct ValueNodes<T> : IValueNodes
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LearningContext<T> _step;
    private readonly PredictiveCoding _rule;
    private readonly bool _post;
    private readonly Phase<T>? _pooling; // what pooled layers send, and the winners

    public ValueNodes(LearningContext<T> step, PredictiveCoding rule)
    {
        _step = step;
        _rule = rule;
        _post = rule.NodePosition == ValueNodePosition.PostActivation;
        for (int l = 1; l < step.Depth && _pooling is null; l++)
            _pooling = Pools(l) ? step.Phase("values") : null;
    }

    private int Top => _step.Depth;

    public void Start()
    {
        if (ValueNodeSteps.GoesOn(_step, _rule))
            ShowActivities();
        else
            StartAtPrediction();
    }

    /// <summary>x_l = μ_l of the forward pass, which the clean phase holds: all errors are zero but the output's.</summary>
    public void StartAtPrediction()
    {
        for (int l = 1; l < Top; l++)
        {
            (_post ? _step.Clean.Units(l) : _step.Clean.PreActivation(l)).Span.CopyTo(X(l).Span);
            if (!_post)
                _step.Clean.Units(l).Span.CopyTo(Activity(l).Span);
            if (Pools(l))
                _step.Show(_pooling!, l, Activity(l));
        }
    }

    /// <summary>What layers send at the activities as they are.</summary>
    private void ShowActivities()
    {
        for (int l = 1; l < Top; l++)
        {
            if (!_post)
                _step.Layer(l).Activation.Apply<T>(X(l).Span, Activity(l).Span);
            if (Pools(l))
                _step.Show(_pooling!, l, Activity(l));
        }
    }

    public double Evaluate(int moves, bool watch, out double loss, out double energy)
    {
        loss = energy = 0;
        for (int l = 1; l <= Top; l++)
        {
            if (HasLeft(l - 1, moves))
                Predict(l);
            if (l == Top)
                break;
            Signal<T> delta = _step.Delta(l);
            if (!HasLeft(l, moves))
            {
                delta.Span.Clear();
                continue;
            }
            TensorPrimitives.Subtract(Prediction(l).Span, X(l).Span, delta.Span);
            if (watch)
                energy += 0.5 * double.CreateChecked(TensorPrimitives.SumOfSquares<T>(delta.Span));
            if (_rule.EnergyCoefficient != 1)
                TensorPrimitives.Multiply(delta.Span, T.CreateChecked(_rule.EnergyCoefficient), delta.Span);
        }
        _step.Activate(_step.Clean, Top);
        _step.OutputError();
        double strength = _rule.Strength(_step);
        if (strength != 1)
            TensorPrimitives.Multiply(_step.Delta(Top).Span, T.CreateChecked(strength), _step.Delta(Top).Span);
        if (!watch)
            return double.NaN;
        loss = _step.MeanLoss * _step.Batch;
        return (strength * loss) + (_rule.EnergyCoefficient * energy);
    }

    public void Learn(double coefficient)
    {
        T c = T.CreateChecked(coefficient);
        for (int l = 1; l <= Top; l++)
        {
            if (_rule is { WeightUpdates: WeightUpdateSchedule.Last, KeepActivities: false })
                _step.LearnLast(l, AtPreActivation(l), Sent(l - 1), c);
            else
                _step.Learn(l, AtPreActivation(l), Sent(l - 1), c);
        }
    }

    /// <summary>Gradient d_l ⊗ h_{l-1} at one layer.</summary>
    public void LearnLayer(int l, double coefficient) => _step.Learn(l, AtPreActivation(l), Sent(l - 1), T.CreateChecked(coefficient));

    public void Move(double rate, int number)
    {
        for (int l = 1; l < Top; l++)
        {
            Signal<T> gradient = _step.Scratch("∂E/∂x", l, X(l).Width);
            if (!HasLeft(l, number))
            {
                gradient.Span.Clear();
                continue;
            }
            Signal<T> arriving = Pools(l) ? _step.Scratch("pooled ∂E/∂h", l, _step.Layer(l).Output.Size) : gradient;
            _step.SendDown(l + 1, _step.Weights(l + 1), AtPreActivation(l + 1), arriving);
            if (Pools(l))
                _step.Unshow(_pooling!, l, arriving, gradient);
            if (StepsInOnePass)
                continue;
            if (!_post)
                _step.Layer(l).Activation.MultiplyByDerivative<T>(X(l).Span, Activity(l).Span, gradient.Span);
            TensorPrimitives.Subtract(gradient.Span, _step.Delta(l).Span, gradient.Span);
        }
        for (int l = 1; l < Top; l++)
            Step(l, rate, number);
    }

    public double LargestGradient()
    {
        double largest = 0;
        for (int l = 1; l < Top; l++)
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(TensorPrimitives.MaxMagnitude<T>(_step.Scratch("∂E/∂x", l, X(l).Width).Span))));
        return largest;
    }

    private void Step(int l, double rate, int number)
    {
        Signal<T> x = X(l), gradient = _step.Scratch("∂E/∂x", l, x.Width);
        if (StepsInOnePass)
        {
            if (!HasLeft(l, number))
                return;
            Descent descent = new() { Rate = T.CreateChecked(rate), Error = _step.Delta(l), Back = gradient, X = x, Sent = Activity(l) };
            _step.Layer(l).Activation.Use<T, Descent>(ref descent);
            return;
        }
        ValueNodeSteps.Step(_step, _rule, l, x, gradient, rate, number);
    }

    /// <summary>
    /// Whether x_l may differ from the prediction at which it started. The output's error comes down by a layer a step: until it arrives,
    /// errors are zero, and predictions those of the forward pass. The input never moves. If weights do, everything may.
    /// </summary>
    private bool HasLeft(int l, int moves) => (_rule.KeepActivities && l > 0) || _rule.WeightUpdates is not (WeightUpdateSchedule.Last or WeightUpdateSchedule.ErrorArrival) || (l > 0 && moves >= Top - l);

    /// <summary>Whether a step leaves f(x) with x, and no gradient that anybody asks for.</summary>
    private bool StepsInOnePass => (_rule.InferenceOptimizer == InferenceOptimizer.Sgd || _rule.WeightUpdates == WeightUpdateSchedule.ErrorArrival) && _rule.InferenceMomentum == 0 && !_post && !_step.IsObserved && HasKernels;

    /// <summary>a_l from what layer l − 1 sends.</summary>
    private void Predict(int l)
    {
        if (l > 1 && !_post && !StepsInOnePass)
            _step.Layer(l - 1).Activation.Apply<T>(X(l - 1).Span, Activity(l - 1).Span);
        if (l > 1 && Pools(l - 1))
            _step.Show(_pooling!, l - 1, Activity(l - 1));
        _step.PreActivate(l, Sent(l - 1), _step.Clean.PreActivation(l));
        if (_post && l < Top)
            _step.Layer(l).Activation.Apply<T>(_step.Clean.PreActivation(l).Span, _step.Clean.Units(l).Span);
    }

    /// <summary>d_l where the weights of layer l end.</summary>
    private Signal<T> AtPreActivation(int l)
    {
        Signal<T> delta = _step.Delta(l);
        if (!_post || l == Top)
            return delta;
        Signal<T> gated = _step.Scratch("d φ'", l, delta.Width);
        delta.Span.CopyTo(gated.Span);
        _step.Layer(l).Activation.MultiplyByDerivative<T>(_step.Clean.PreActivation(l).Span, _step.Clean.Units(l).Span, gated.Span);
        return gated;
    }

    private Signal<T> X(int l) => _step.Scratch(PredictiveCoding.Activities, l, _step.Layer(l).Units.Size);

    private Signal<T> Prediction(int l) => _post ? _step.Clean.Units(l) : _step.Clean.PreActivation(l);

    /// <summary>f(x_l), or x_l itself where nodes hold it.</summary>
    private Signal<T> Activity(int l) => _post ? X(l) : _step.Scratch("f(x)", l, X(l).Width);

    /// <summary>h_l, what the weights above read: the activity, pooled where the layer pools; h_0 is the input.</summary>
    private Signal<T> Sent(int l) => l == 0 ? _step.Input : Pools(l) ? _pooling!.Activity(l) : Activity(l);

    private bool HasKernels
    {
        get
        {
            for (int l = 1; l < Top; l++)
            {
                if (!_step.Layer(l).Activation.HasKernel)
                    return false;
            }
            return true;
        }
    }

    private bool Pools(int l) => _step.Layer(l).Readout is not null;

    private struct Descent : IActivationUse<T>
    {
        public T Rate;
        public Signal<T> Error, Back, X, Sent;

        public readonly void Invoke<TActivation>()
            where TActivation : struct, IActivation<T> => ActivityDescent.Step<T, TActivation>(Rate, Error.Span, Back.Span, X.Span, Sent.Span);
    }
}
