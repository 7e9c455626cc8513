using System.Globalization;
using System.Numerics;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>A network's parameters under the names that they have elsewhere.</summary>
internal static class NetworkTensors
{
    public delegate ReadOnlySpan<T> Numbers<T>(Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <param name="network">The network.</param>
    /// <param name="numbers">What is to be written of a parameter.</param>
    public static NamedTensors Of<T>(Network<T> network, Numbers<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NamedTensors tensors = new();
        foreach (Parameter<T> parameter in network.Parameters)
            tensors.Add(NameOf(parameter.Name, parameter.Layer), numbers(parameter), [.. ShapeOf(parameter, network.Spec.Graph[parameter.Layer - 1])]);
        tensors.Metadata["network"] = network.Spec.ToString();
        return tensors;
    }

    public static void Add(NamedTensors tensors, string what, FeatureMap? map)
    {
        if (map is null)
            return;
        tensors.Add($"{what}-scale", map.Scale, map.Width);
        if (!map.KeepsZeros)
            tensors.Add($"{what}-centre", map.Centre, map.Width);
    }

    /// <summary>W1, K2, running-mean1.</summary>
    private static string NameOf(string name, int layer) => string.Create(CultureInfo.InvariantCulture, $"{name.Replace(' ', '-')}{layer}");

    /// <summary>A number a unit is a vector; what is as large as the layer's weights, such as feedback, has their shape.</summary>
    private static IReadOnlyList<int> ShapeOf<T>(Parameter<T> parameter, Layer layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => parameter.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift or ParameterRole.RunningStatistic ? [parameter.Values.Length]
            : parameter.Rows == layer.WeightRows && parameter.Columns == layer.WeightColumns ? layer.Synapses.WeightShape
            : [parameter.Rows, parameter.Columns];
}
