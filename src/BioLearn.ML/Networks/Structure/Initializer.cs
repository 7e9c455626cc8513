using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>How a weight matrix starts. Biases start at 0.</summary>
[SavedForm(typeof(InitializerForm))]
public sealed record Initializer
{
    private readonly Func<double, double, double, double> _size;
    private readonly bool _normal, _orthogonal;

    private Initializer(string name, bool normal, Func<double, double, double, double> size, double parameter = 0, bool orthogonal = false)
    {
        Name = name;
        _normal = normal;
        _orthogonal = orthogonal;
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

    /// <summary>
    /// Uniform among the matrices whose rows, or columns if they are fewer, are orthonormal (Saxe et al. 2014): in deep linear networks signals then
    /// keep their length. A matrix of one row is a random direction.
    /// </summary>
    public static Initializer Orthogonal { get; } = new("orthogonal", normal: true, (_, _, _) => 1, orthogonal: true);

    /// <summary>Name of the distribution.</summary>
    public string Name { get; }

    /// <summary>Deviation or limit of <see cref="Normal"/> and <see cref="Uniform"/>; 0 for the others.</summary>
    public double Parameter { get; }

    /// <summary>Factor on every number. Default: 1.</summary>
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
        Initializer[] all = [Zeros, GlorotUniform, GlorotNormal, HeUniform, UniformByFanIn, Orthogonal, Normal(parameter), Uniform(parameter)];
        return Array.Find(all, i => i.Name.Replace('-', ' ').Equals(name.Replace('-', ' '), StringComparison.OrdinalIgnoreCase));
    }

    /// <param name="values">A matrix, row by row.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="fanIn">Connections into one unit.</param>
    /// <param name="fanOut">Connections out of one input.</param>
    /// <param name="random">What is drawn from.</param>
    internal void Fill<T>(Span<T> values, int columns, int fanIn, int fanOut, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_orthogonal)
        {
            FillOrthogonal(values, columns, random);
            return;
        }
        T size = T.CreateChecked(Scale * _size(fanIn, fanOut, Parameter));
        if (size == T.Zero)
            values.Clear();
        else if (_normal)
            random.FillNormal(values, T.Zero, size);
        else
            random.FillUniform(values, -size, size);
    }

    private void FillOrthogonal<T>(Span<T> values, int columns, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.IsEmpty)
            return;
        int rows = values.Length / columns;
        // The fewer of rows and columns are made orthonormal, as rows.
        bool turned = rows > columns;
        double[] numbers = new double[values.Length];
        random.FillNormal<double>(numbers, 0, 1);
        Orthogonalization.Rows(numbers, Math.Max(rows, columns));
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[(i * columns) + j] = T.CreateChecked(Scale * numbers[turned ? (j * rows) + i : (i * columns) + j]);
        }
    }
}
