using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>How a weight matrix starts. Biases start at 0.</summary>
[SavedForm(typeof(InitializerForm))]
public sealed record Initializer
{
    private readonly Func<double, double, double, double> _size;
    private readonly bool _normal;

    private Initializer(string name, bool normal, Func<double, double, double, double> size, double parameter = 0)
    {
        Name = name;
        _normal = normal;
        _size = size;
        Parameter = parameter;
    }

    /// <summary>All zero.</summary>
    public static Initializer Zeros { get; } = new("zeros", normal: false, (_, _, _) => 0);

    /// <summary>Uniform within √(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
    public static Initializer GlorotUniform { get; } = new("Glorot uniform", normal: false, (fanIn, fanOut, _) => Math.Sqrt(6 / (fanIn + fanOut)));

    /// <summary>Normal with deviation √(2 / (fan-in + fan-out)).</summary>
    public static Initializer GlorotNormal { get; } = new("Glorot normal", normal: true, (fanIn, fanOut, _) => Math.Sqrt(2 / (fanIn + fanOut)));

    /// <summary>Uniform within √(6 / fan-in) (He et al. 2015), for rectifiers.</summary>
    public static Initializer HeUniform { get; } = new("He uniform", normal: false, (fanIn, _, _) => Math.Sqrt(6 / fanIn));

    /// <summary>Uniform within 1 / √fan-in (fan-in: columns of the matrix): PyTorch's default for layers, Nøkland's for direct feedback.</summary>
    public static Initializer UniformByFanIn { get; } = new("uniform by fan-in", normal: false, (fanIn, _, _) => 1 / Math.Sqrt(fanIn));

    /// <summary>Name of the distribution.</summary>
    public string Name { get; }

    /// <summary>Deviation or limit of <see cref="Normal"/> and <see cref="Uniform"/>; 0 for the others.</summary>
    public double Parameter { get; }

    /// <summary>Factor on every drawn number. Default: 1.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Normal with the given deviation.</summary>
    /// <param name="deviation">Standard deviation; at least 0.</param>
    /// <returns>The initializer.</returns>
    public static Initializer Normal(double deviation) => new("normal", normal: true, (_, _, size) => size, deviation);

    /// <summary>Uniform in ±limit.</summary>
    /// <param name="limit">Bound; at least 0.</param>
    /// <returns>The initializer.</returns>
    public static Initializer Uniform(double limit) => new("uniform", normal: false, (_, _, size) => size, limit);

    /// <summary>The distribution of a name and parameter, as saved models and grid files give them.</summary>
    /// <param name="name">Its <see cref="Name"/>, capitals or not; hyphens stand for spaces: <c>glorot-uniform</c>.</param>
    /// <param name="parameter">Deviation or bound of those that have one.</param>
    /// <returns>The initializer, or null where there is none of this name.</returns>
    public static Initializer? Find(string name, double parameter)
    {
        ArgumentNullException.ThrowIfNull(name);
        Initializer[] all = [Zeros, GlorotUniform, GlorotNormal, HeUniform, UniformByFanIn, Normal(parameter), Uniform(parameter)];
        return Array.Find(all, i => i.Name.Replace('-', ' ').Equals(name.Replace('-', ' '), StringComparison.OrdinalIgnoreCase));
    }

    internal void Fill<T>(Span<T> values, int fanIn, int fanOut, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T size = T.CreateChecked(Scale * _size(fanIn, fanOut, Parameter));
        if (size == T.Zero)
            values.Clear();
        else if (_normal)
            random.FillNormal(values, T.Zero, size);
        else
            random.FillUniform(values, -size, size);
    }
}
