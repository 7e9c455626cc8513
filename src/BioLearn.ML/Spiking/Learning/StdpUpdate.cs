using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Spike-timing-dependent plasticity of a winner: w ← w + w(1-w)(c(a₊ + a₋) - a₋) for each of its synapses, c being the spikes that the
/// synapse has had so far. Computed in double from float weights and kept as float.
/// </summary>
internal static class StdpUpdate
{
    /// <param name="weights">[kernel, kernel, input maps, output maps].</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="stride">Stride of the layer.</param>
    /// <param name="input">Plane of the layer below.</param>
    /// <param name="counts">Spikes so far of each neuron of the layer below.</param>
    /// <param name="winner">Who learns.</param>
    /// <param name="maps">Output maps.</param>
    /// <param name="potentiation">a₊.</param>
    /// <param name="depression">a₋.</param>
    public static void Apply(
        Span<float> weights, int kernel, int stride, SpikePlane input, ReadOnlySpan<ushort> counts, Winner winner, int maps, float potentiation, float depression)
    {
        double gain = (double)potentiation + depression, loss = depression;
        int top = winner.Row * stride - kernel / 2, left = winner.Column * stride - kernel / 2;
        int at = winner.Map;
        for (int y = top; y < top + kernel; y++)
        {
            for (int x = left; x < left + kernel; x++)
            {
                bool inside = y >= 0 && y < input.Height && x >= 0 && x < input.Width;
                int neuron = (y * input.Width + x) * input.Maps;
                for (int map = 0; map < input.Maps; map++, at += maps)
                {
                    double w = weights[at];
                    int count = inside ? counts[neuron + map] : 0;
                    weights[at] = (float)(w + w * (1 - w) * (count * gain - loss));
                }
            }
        }
    }
}
