using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>Plasticity coefficients α as they are trained, shared or not, and as the sweeps want them: one for every connection.</summary>
internal sealed class PlasticityCoefficients<T>(PlasticitySharing sharing, int targets, int sources)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>"alpha", [targets, sources] when free, [targets, 1] per neuron, [1, 1] when yoked.</summary>
    public ParameterTensor<T> Parameter { get; } = sharing switch
    {
        PlasticitySharing.Free => new("alpha", targets, sources),
        PlasticitySharing.PerNeuron => new("alpha", targets, 1),
        _ => new("alpha", 1, 1),
    };

    /// <summary>Writes α of every connection, [targets, stride].</summary>
    public void Expand(Span<T> matrix)
    {
        int stride = matrix.Length / targets;
        for (int i = 0; i < targets; i++)
        {
            var row = matrix.Slice(i * stride, sources);
            if (sharing == PlasticitySharing.Free)
                Parameter.Row(i).CopyTo(row);
            else
                row.Fill(Parameter.Row(RowOf(i))[0]);
        }
    }

    /// <summary>Adds the gradients of every connection's α, [targets, stride], to those of what is trained.</summary>
    public void AddGradient(ReadOnlySpan<T> matrix)
    {
        int stride = matrix.Length / targets;
        for (int i = 0; i < targets; i++)
        {
            var row = matrix.Slice(i * stride, sources);
            if (sharing == PlasticitySharing.Free)
                TensorPrimitives.Add(Parameter.GradientRow(i), row, Parameter.GradientRow(i));
            else
                Parameter.GradientRow(RowOf(i))[0] += TensorPrimitives.Sum(row);
        }
    }

    private int RowOf(int target) => sharing == PlasticitySharing.Yoked ? 0 : target;
}
