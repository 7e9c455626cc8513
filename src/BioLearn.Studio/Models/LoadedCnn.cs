using BioLearn.Onnx.Models;

namespace BioLearn.Studio.Models;

/// <summary>A pretrained network, and the same before it had learnt anything, as soon as somebody asks for it.</summary>
internal sealed class LoadedCnn(CnnModel model) : IDisposable
{
    private readonly Lazy<CnnModel> _untrained = new(() => model.WithRandomWeights(seed: 0));

    public CnnModel Model => model;

    public CnnModel Untrained => _untrained.Value;

    public void Dispose()
    {
        model.Dispose();
        if (_untrained.IsValueCreated)
            _untrained.Value.Dispose();
    }
}
