using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>How <see cref="FeatureInversion"/> searches.</summary>
public sealed record FeatureInversionOptions
{
    /// <summary>Steps, at least 1.</summary>
    public int Iterations { get; init; } = 300;

    /// <summary>Root mean square of the first step, in units of the network's input.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Share of the last step that the next one keeps, 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Exponent of the norm that keeps values small, above 1.</summary>
    public double Alpha { get; init; } = 6;

    /// <summary>Weight of mean(|x|^alpha), 0 or more.</summary>
    public double AlphaWeight { get; init; } = 1e-5;

    /// <summary>Exponent of the total variation, 1 or more.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>Weight of the mean of ((difference to the right)^2 + (difference below)^2)^(beta/2), 0 or more.</summary>
    public double VariationWeight { get; init; } = 0.02;

    /// <summary>Seed of the noise that the search starts from.</summary>
    public int Seed { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        AtLeast(LearningRate, double.Epsilon, nameof(LearningRate));
        if (!(Momentum >= 0 && Momentum < 1))
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, "must be 0 to below 1");
        AtLeast(Alpha, Math.BitIncrement(1.0), nameof(Alpha));
        AtLeast(AlphaWeight, 0, nameof(AlphaWeight));
        AtLeast(Beta, 1, nameof(Beta));
        AtLeast(VariationWeight, 0, nameof(VariationWeight));
    }

    private static void AtLeast(double value, double least, string name)
    {
        if (!(value >= least && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, $"must be {(least == 0 ? "0 or more" : least >= 1 ? "at least 1" : "above 0")}");
    }
}

/// <summary>
/// Feature inversion (Mahendran and Vedaldi 2015): searches the image whose activations at a level are nearest to given ones, by gradient
/// descent with momentum on |f(x) - f0|^2 / |f0|^2 + alpha-norm + total variation. Hundreds of passes an image: the slow reference that
/// tells what a level still knows of an image when nothing but its activation may be used.
/// </summary>
public sealed class FeatureInversion
{
    private readonly CnnModel _model;
    private readonly CnnTensor _level;
    private readonly ReversalPlan _plan;
    private readonly TraceRequest _request;
    private readonly FeatureInversionOptions _options;

    /// <summary>Plans the search.</summary>
    /// <param name="model">The network.</param>
    /// <param name="level">The level whose activation is to be met.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <exception cref="ArgumentException">The network has no such level.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public FeatureInversion(CnnModel model, LevelReference level, FeatureInversionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new FeatureInversionOptions();
        _options.Validate();
        _model = model;
        Cue cue = Cue.Stored(level);
        _level = CueStart.Find(model.Graph, level);
        ReversalRules rules = new RuleBook(model.Graph, cue, RecollectionOptions.Gradient, NotebookDialect.MaxPool).Rules;
        _plan = ReversalPlanner.Plan(model.Graph, _level, operateAtStart: false, rules);
        _request = new TraceRequest(_plan.Activations.Append(_level).Where(tensor => tensor != model.Graph.Logits), _plan.Switches);
    }

    /// <summary>Searches the image behind an activation.</summary>
    /// <param name="target">The activation of one image at the level, in its layout.</param>
    /// <param name="errors">Receives |f(x) - f0|^2 / |f0|^2 before each step; null for nobody.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The image found, as the network's input has it.</returns>
    /// <exception cref="ArgumentException">The activation has another size, or is zero everywhere.</exception>
    public RecollectedImage Invert(ReadOnlyMemory<float> target, Action<double>? errors = null, CancellationToken cancellation = default)
    {
        if (target.Length != _level.Shape.Count)
            throw new ArgumentException($"the activation has {target.Length} values, \"{_level.Name}\" has {_level.Shape.Count} ({_level.Shape})", nameof(target));
        double norm = TensorPrimitives.SumOfSquares(target.Span);
        if (!(norm > 0 && double.IsFinite(norm)))
            throw new ArgumentException("the activation is zero or not finite: there is nothing to invert", nameof(target));

        var image = new float[_model.InputShape.Count];
        new RandomStream(_options.Seed, "inversion").FillNormal(image.AsSpan(), 0, 0.1f);
        var step = new float[image.Length];
        var gradient = new float[image.Length];
        using var run = new ReversalRun(_plan);
        double rate = 0;
        int predicted = 0;
        for (int i = 0; i < _options.Iterations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ForwardTrace trace = _model.Forward(image, 1, _request, cancellation);
            predicted = trace.PredictedClass(0);
            errors?.Invoke(FeatureGradient(run, new TraceRecord(_model.Graph, trace), target.Span, norm, gradient));
            AddPriors(image, gradient);
            if (i == 0)
                rate = _options.LearningRate / (TensorPrimitives.Norm(gradient) / Math.Sqrt(gradient.Length) + float.Epsilon);
            // The rate falls in a line to a tenth, so that the search settles.
            float now = (float)(rate * (1 - 0.9 * i / _options.Iterations));
            TensorPrimitives.Multiply(step, (float)_options.Momentum, step);
            TensorPrimitives.MultiplyAdd(gradient, -now, step, step);
            TensorPrimitives.Add(image, step, image);
        }
        RecollectionOptions shown = RecollectionOptions.Gradient with { Display = DisplayMode.ReverseTransform };
        return new RecollectedImage(_model.InputShape, image, predicted, [], shown, populationDeviation: true);
    }

    /// <summary>Error and its gradient with respect to the image: 2 (f - f0)/|f0|^2, sent back.</summary>
    private double FeatureGradient(ReversalRun run, TraceRecord record, ReadOnlySpan<float> target, double norm, Span<float> gradient)
    {
        run.Begin(1);
        Span<float> start = run.Start(0);
        TensorPrimitives.Subtract(record.Activation(_level, 0), target, start);
        double error = TensorPrimitives.SumOfSquares<float>(start) / norm;
        TensorPrimitives.Multiply(start, (float)(2 / norm), start);
        run.Execute(record, threads: 1);
        run.End(0).CopyTo(gradient);
        return error;
    }

    private void AddPriors(ReadOnlySpan<float> image, Span<float> gradient)
    {
        double alpha = _options.Alpha, weight = _options.AlphaWeight * alpha / image.Length;
        for (int i = 0; i < image.Length && weight > 0; i++)
            gradient[i] += (float)(weight * Math.Sign(image[i]) * Math.Pow(Math.Abs(image[i]), alpha - 1));
        if (_options.VariationWeight > 0)
        {
            TensorShape shape = _model.InputShape;
            for (int c = 0; c < shape.Channels; c++)
                AddVariation(image.Slice(c * shape.PlaneSize, shape.PlaneSize), gradient.Slice(c * shape.PlaneSize, shape.PlaneSize), shape.Width, image.Length);
        }
    }

    private void AddVariation(ReadOnlySpan<float> plane, Span<float> gradient, int width, int count)
    {
        double beta = _options.Beta, weight = _options.VariationWeight * beta / count;
        for (int i = 0; i < plane.Length; i++)
        {
            bool hasRight = i % width < width - 1, hasBelow = i < plane.Length - width;
            double right = hasRight ? plane[i + 1] - plane[i] : 0, below = hasBelow ? plane[i + width] - plane[i] : 0;
            double squares = right * right + below * below;
            if (squares == 0)
                continue;
            double factor = weight * Math.Pow(squares, beta / 2 - 1);
            gradient[i] -= (float)(factor * (right + below));
            if (hasRight)
                gradient[i + 1] += (float)(factor * right);
            if (hasBelow)
                gradient[i + width] += (float)(factor * below);
        }
    }
}
