using System.Collections.Concurrent;
using BioLearn.Kernels.Convolution;

namespace BioLearn.Onnx.Graph;

/// <summary>One node's weights rearranged for the processor, once for each size and direction, whoever asks.</summary>
internal sealed class ConvolutionPlans(float[] weights)
{
    private readonly ConcurrentDictionary<(ConvolutionShape, bool), ConvolutionPlan<float>> _plans = [];

    public ConvolutionPlan<float> Forward(in ConvolutionShape shape) =>
        _plans.GetOrAdd((shape, false), static (key, weights) => ConvolutionPlan<float>.Forward(key.Item1, weights), weights);

    public ConvolutionPlan<float> Adjoint(in ConvolutionShape shape) =>
        _plans.GetOrAdd((shape, true), static (key, weights) => ConvolutionPlan<float>.Adjoint(key.Item1, weights), weights);
}
