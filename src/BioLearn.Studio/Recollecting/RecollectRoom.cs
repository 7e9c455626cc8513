using System.Numerics.Tensors;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Studio.Gallery;
using BioLearn.Studio.Models;
using BioLearn.Studio.Pictures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BioLearn.Studio.Recollecting;

/// <summary>Draws recollections for all tabs. Ways back that were planned, and pictures that a network has seen, are kept for the next move of a slider.</summary>
internal sealed class RecollectRoom(CnnShelf networks) : IDisposable
{
    private const int MostPlanned = 32, MostControls = 12;

    private readonly LeasedCache<(string, string, string), Planned<Recollector>> _planned = new(MostPlanned);
    private readonly LeasedCache<(string, string, string), Planned<RecollectionControls>> _controls = new(MostControls);
    private readonly TraceShelf _traces = new();

    /// <summary>What this part of the page adds to the services.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<CnnShelf>();
        services.AddSingleton<RecollectRoom>();
        services.AddSingleton<IGalleryView, RecollectGallery>();
    }

    /// <summary>What the fields must know of a network.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public NetworkFacts Facts(string network)
    {
        using var lease = networks.Take(network);
        return NetworkFacts.Of(network, lease.Value.Model);
    }

    /// <summary>Recollects a picture.</summary>
    /// <exception cref="ArgumentException">The network has no such level or class, or there is no such network.</exception>
    /// <exception cref="FormatException">The variant has unknown words.</exception>
    /// <exception cref="Onnx.Reversal.ReversalException">The network cannot be reversed so.</exception>
    /// <exception cref="InvalidDataException">What came back are no numbers.</exception>
    public Recollected Draw(ShownPicture picture, RecollectSetting setting, CancellationToken cancellation)
    {
        using var network = networks.Take(setting.Network);
        var model = network.Value.Model;
        using var planned = _planned.Take(Key(setting), () => Plan(setting, (loaded, cue, options) => new Recollector(loaded.Model, cue, options)));
        var recollector = planned.Value.Value;
        var seen = _traces.See(setting.Network, true, model, picture, recollector.Request, cancellation);
        var back = recollector.Recollect(seen.Trace, cancellation: cancellation)[0];
        if (!TensorPrimitives.IsFiniteAll(back.Values.Span))
            throw new InvalidDataException("the way back ends in values that are infinite or not a number");
        var image = back.ToPicture(model.Card.Preprocessing);
        return new(ImageMeasures.Align(seen.Crop, image), image, [.. model.Classify(seen.Trace, 0).Select(one => new SeenClass(model.Card.ClassName(one.Class), one.Probability))]);
    }

    /// <summary>Asks of a recollection where its picture comes from.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="setting">How it was recollected.</param>
    /// <param name="recollected">What came back.</param>
    /// <param name="cancellation">Stops between the controls.</param>
    public Questioned Question(ShownPicture picture, RecollectSetting setting, Recollected recollected, CancellationToken cancellation)
    {
        using var network = networks.Take(setting.Network);
        var (model, untrained) = (network.Value.Model, network.Value.Untrained);
        using var planned = _controls.Take(Key(setting), () => Plan(setting, (loaded, cue, options) => new RecollectionControls(loaded.Model, loaded.Untrained, cue, options)));
        cancellation.ThrowIfCancellationRequested();
        var asked = planned.Value.Value;
        var seen = _traces.See(setting.Network, true, model, picture, asked.Request, cancellation);
        var unlearned = _traces.See(setting.Network, false, untrained, picture, asked.UntrainedRequest, cancellation);
        return new(asked.Measure(seen.Trace, unlearned.Trace, [seen.Crop], [recollected.Image], model.Card.Preprocessing, cancellation: cancellation)[0], asked.LeftOut);
    }

    /// <summary>What a level holds of a picture.</summary>
    /// <exception cref="ArgumentException">There is no such network or level.</exception>
    public LevelContents Contents(ShownPicture picture, string network, int level, CancellationToken cancellation)
    {
        using var lease = networks.Take(network);
        var model = lease.Value.Model;
        var facts = NetworkFacts.Of(network, model).Levels[level];
        var seen = _traces.See(network, true, model, picture, model.Everything, cancellation);
        return LevelContents.Of(facts, seen.Trace.Activation(model.Levels[level], 0));
    }

    public void Dispose()
    {
        _planned.Dispose();
        _controls.Dispose();
    }

    private static (string, string, string) Key(RecollectSetting setting) => (setting.Network, setting.Cue.Token, setting.VariantName);

    private Planned<T> Plan<T>(RecollectSetting setting, Func<LoadedCnn, Cue, RecollectionOptions, T> plan)
        where T : IDisposable
    {
        var network = networks.Take(setting.Network);
        try
        {
            var (cue, options) = setting.Read(network.Value.Model);
            return new(network, plan(network.Value, cue, options));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What was planned for a network, which it keeps loaded.</summary>
    private sealed class Planned<T>(LeasedCache<string, LoadedCnn>.Lease network, T value) : IDisposable
        where T : IDisposable
    {
        public T Value => value;

        public void Dispose()
        {
            value.Dispose();
            network.Dispose();
        }
    }
}
