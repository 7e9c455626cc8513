using System.Numerics;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>Adds an episode's gradients to <see cref="RecurrentGradients{T}"/>, once its outputs and dL/dy are known.</summary>
internal interface IGradientEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Run(PlasticEpisode<T> episode);
}
