using BioLearn.Kernels.Random;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Measures;

/// <summary>
/// Asks of every recollection where its picture comes from: would another cue have drawn it (cue specificity), would it be there without the recorded
/// switches (switch dependence), would a network that has learnt nothing draw it too (weight dependence)? Made once for a cue and a variant.
/// </summary>
public sealed class RecollectionControls : IDisposable
{
    private readonly int? _cuedClass;
    private readonly int _otherClass;
    private readonly Recollector? _other;
    private readonly Recollector? _otherThanOther;
    private readonly Recollector? _constant;
    private readonly Recollector? _random;
    private readonly Recollector? _randomSwitches;
    private readonly Recollector _untrained;
    private readonly List<string> _leftOut = [];

    /// <summary>Plans the controls.</summary>
    /// <param name="model">The network.</param>
    /// <param name="untrained">The same network with random weights: <see cref="CnnModel.WithRandomWeights"/>.</param>
    /// <param name="cue">The cue whose recollections are questioned.</param>
    /// <param name="options">Their variant.</param>
    public RecollectionControls(CnnModel model, CnnModel untrained, Cue cue, RecollectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(untrained);
        ArgumentNullException.ThrowIfNull(cue);
        ArgumentNullException.ThrowIfNull(options);
        _untrained = new Recollector(untrained, cue, options);
        if (options.Unpooling is Unpooling.Switches or Unpooling.Sum && cue.PassesMaxPools(model))
            _randomSwitches = Plan("random switches", cue, options with { Unpooling = Unpooling.Random });

        if (cue is LevelCue { Level: var level })
        {
            _constant = cue is ConstantCue ? null : Plan("constant current", Cue.Constant(level), options);
            _random = cue is NoiseCue ? null : Plan("random current", Cue.Noise(level), options);
            return;
        }

        _constant = cue is ZeroCue ? null : Plan("constant current", Cue.Zero, options);
        _random = cue is RandomVectorCue ? null : Plan("random current", Cue.RandomVector, options);
        _cuedClass = cue is UnitsCue units ? units.Weights.MaxBy(unit => unit.Weight).Unit : null;
        if (model.Classes < 3)
            return;
        var draw = new RandomStream(options.Seed, "controls/class");
        _otherClass = (int)(draw.NextDouble() * model.Classes);
        _other = Plan("other class", Cue.ClassUnit(_otherClass), options);
        _otherThanOther = Plan("other class", Cue.ClassUnit((_otherClass + 1) % model.Classes), options);

        // A control that a network cannot have is left out; the rest is worth having.
        Recollector? Plan(string what, Cue control, RecollectionOptions variant)
        {
            try
            {
                return new Recollector(model, control, variant);
            }
            catch (ReversalException problem)
            {
                _leftOut.Add($"{what}: {problem.Message}");
                return null;
            }
        }
    }

    /// <summary>Controls that this network cannot have, each with its reason.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>What a trace of the network must hold for the controls.</summary>
    public TraceRequest Request => TraceRequest.Union(Recollectors.Select(recollector => recollector.Request));

    /// <summary>What a trace of the untrained network must hold.</summary>
    public TraceRequest UntrainedRequest => _untrained.Request;

    private IEnumerable<Recollector> Recollectors => new[] { _other, _otherThanOther, _constant, _random, _randomSwitches }.OfType<Recollector>();

    /// <summary>Runs the controls for every image of a trace.</summary>
    /// <param name="trace">The trace from which the recollections were made.</param>
    /// <param name="untrainedTrace">The trace of the same images through the untrained network.</param>
    /// <param name="originals">What the network saw.</param>
    /// <param name="recollections">The pictures in question.</param>
    /// <param name="preprocessing">How pictures became the network's input.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="cancellation">Stops between images.</param>
    public IReadOnlyList<ControlMeasures> Measure(ForwardTrace trace, ForwardTrace untrainedTrace, IReadOnlyList<PixelImage> originals,
        IReadOnlyList<PixelImage> recollections, ImagePreprocessing preprocessing, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(untrainedTrace);
        ArgumentNullException.ThrowIfNull(originals);
        ArgumentNullException.ThrowIfNull(recollections);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (untrainedTrace.Count != trace.Count || originals.Count != trace.Count || recollections.Count != trace.Count)
            throw new ArgumentException($"expected {trace.Count} images, as the trace has, everywhere", nameof(trace));

        var other = OtherClass(trace, preprocessing, threads, cancellation);
        var constant = Draw(_constant, trace);
        var random = Draw(_random, trace);
        var randomSwitches = Draw(_randomSwitches, trace);
        var untrained = Draw(_untrained, untrainedTrace)!;
        return [.. Enumerable.Range(0, trace.Count).Select(MeasureOne)];

        PixelImage[]? Draw(Recollector? control, ForwardTrace from) => Pictures(control, from, preprocessing, threads, cancellation);

        ControlMeasures MeasureOne(int i)
        {
            var original = new EdgeMap(ImageMeasures.Align(originals[i], recollections[i]));
            var edges = new EdgeMap(recollections[i]).CorrelateWith(original);
            return new ControlMeasures
            {
                OtherClass = Specificity(other, i),
                Constant = Specificity(constant, i),
                Random = Specificity(random, i),
                SwitchDependence = randomSwitches is null ? null : edges - new EdgeMap(randomSwitches[i]).CorrelateWith(original),
                WeightDependence = edges - new EdgeMap(untrained[i]).CorrelateWith(original),
            };
        }

        double? Specificity(PixelImage[]? controls, int i) =>
            controls is null ? null : 1 - Math.Abs(ImageMeasures.Pearson(recollections[i], controls[i]));
    }

    /// <summary>Frees the memory of the controls. The models stay.</summary>
    public void Dispose()
    {
        foreach (var recollector in Recollectors)
            recollector.Dispose();
        _untrained.Dispose();
    }

    /// <summary>Every image with the unit of one drawn class; images whose cue is that very class take the next.</summary>
    private PixelImage[]? OtherClass(ForwardTrace trace, ImagePreprocessing preprocessing, int threads, CancellationToken cancellation)
    {
        var pictures = Pictures(_other, trace, preprocessing, threads, cancellation);
        for (var i = 0; pictures != null && i < trace.Count; i++)
        {
            if ((_cuedClass ?? trace.PredictedClass(i)) == _otherClass)
                pictures[i] = Pictures(_otherThanOther, trace.Slice(i, 1), preprocessing, threads, cancellation)![0];
        }
        return pictures;
    }

    private static PixelImage[]? Pictures(Recollector? control, ForwardTrace trace, ImagePreprocessing preprocessing, int threads, CancellationToken cancellation) =>
        control is null ? null : [.. control.Recollect(trace, threads, cancellation: cancellation).Select(image => image.ToPicture(preprocessing))];
}
