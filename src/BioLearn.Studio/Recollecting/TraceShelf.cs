using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Recollecting;

/// <summary>What a network left behind when it saw a picture.</summary>
/// <param name="Crop">The part of the picture that it saw, at its size.</param>
/// <param name="Trace">Its activations and switches.</param>
internal sealed record SeenPicture(PixelImage Crop, ForwardTrace Trace);

/// <summary>The forward passes of the last pictures, so that a slider costs only the way back.</summary>
internal sealed class TraceShelf
{
    private const long MostBytes = 256L << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<((string Network, bool Trained, string Picture) Key, SeenPicture Seen)> _kept = []; // the last used first

    /// <summary>The trace of a picture, which holds all that is asked for.</summary>
    /// <exception cref="InvalidDataException">The network's activations are no numbers for this picture.</exception>
    public SeenPicture See(string network, bool trained, CnnModel model, ShownPicture picture, TraceRequest request, CancellationToken cancellation)
    {
        var key = (network, trained, picture.Key);
        var known = Find(key);
        if (known is not null && request.IsHeldBy(known.Trace))
            return known;
        var preprocessing = model.Card.Preprocessing;
        var crop = known?.Crop ?? preprocessing.ResizeAndCrop(picture.Image);
        float[] input = new float[preprocessing.InputLength];
        preprocessing.Normalize(crop, input);
        var trace = model.Forward(input, 1, TraceRequest.Union([model.Everything, request]), null, cancellation);
        if (trace.FindNonFinite(0) is { } tensor)
            throw new InvalidDataException($"the network's activation of {tensor} is infinite or not a number: its weights do not suit such a picture");
        SeenPicture seen = new(crop, trace);
        Keep(key, seen);
        return seen;
    }

    private SeenPicture? Find((string, bool, string) key)
    {
        lock (_lock)
        {
            var node = _kept.First;
            while (node is not null && node.Value.Key != key)
                node = node.Next;
            if (node is null)
                return null;
            _kept.Remove(node);
            _kept.AddFirst(node);
            return node.Value.Seen;
        }
    }

    private void Keep((string, bool, string) key, SeenPicture seen)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key)
                    continue;
                _kept.Remove(node);
                break;
            }
            _kept.AddFirst((key, seen));
            while (_kept.Count > 1 && _kept.Sum(one => one.Seen.Trace.SizeInBytes) > MostBytes)
                _kept.RemoveLast();
        }
    }
}
