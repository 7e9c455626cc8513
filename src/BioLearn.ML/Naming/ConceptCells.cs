using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Naming;

/// <summary>
/// One cell a name, with a connection M(x) to every feature. An example strengthens or weakens each connection as often as its feature is
/// active, by M += a⁺ M (1 - M) and M -= a⁻ M (1 - M) (spec section 6). As steps of one connection depend on nothing else, the number
/// of active steps of each feature is all that an example has to say.
/// </summary>
/// <param name="features">Number of features, at least 1.</param>
public sealed class ConceptCells(int features)
{
    private readonly List<double[]> _initial = [];
    private readonly List<double[]> _weights = [];

    /// <summary>Number of features.</summary>
    public int Features => features;

    /// <summary>Number of names.</summary>
    public int Count => _weights.Count;

    /// <summary>M₀ of a name, a connection for each feature.</summary>
    /// <param name="name">Its number, from 0.</param>
    public ReadOnlySpan<double> Initial(int name) => _initial[name];

    /// <summary>M of a name, a connection for each feature.</summary>
    /// <param name="name">Its number, from 0.</param>
    public ReadOnlySpan<double> Weights(int name) => _weights[name];

    /// <summary>Adds a name with given connections; the arrays are kept.</summary>
    /// <param name="initial">M₀, one for each feature.</param>
    /// <param name="weights">M, one for each feature.</param>
    public void Add(double[] initial, double[] weights)
    {
        _initial.Add(initial);
        _weights.Add(weights);
    }

    /// <summary>Adds a name with normal connections of the stream that its number names.</summary>
    /// <param name="seed">Of the stream.</param>
    /// <param name="mean">Their mean.</param>
    /// <param name="deviation">Their standard deviation, at least 0.</param>
    public void Add(long seed, double mean, double deviation)
    {
        double[] initial = new double[features];
        new RandomStream(seed, $"name/{Count}").FillNormal<double>(initial, mean, deviation);
        Add(initial, [.. initial]);
    }

    /// <summary>Cells of their own that start where these stand.</summary>
    public ConceptCells Copy()
    {
        var copy = new ConceptCells(features);
        for (int name = 0; name < Count; name++)
            copy.Add(_initial[name], [.. _weights[name]]);
        return copy;
    }

    /// <summary>Shows one example of <paramref name="name"/>.</summary>
    /// <param name="counts">Active steps of every feature.</param>
    /// <param name="name">Whose example it is.</param>
    /// <param name="potentiation">a⁺, novelty included.</param>
    /// <param name="depression">a⁻, novelty included.</param>
    /// <param name="rule">Whose connections are weakened.</param>
    /// <param name="spareOthers">Leaves the cells of other names as they are, whatever the rule.</param>
    public void Show(ReadOnlySpan<byte> counts, int name, double potentiation, double depression, NamingRule rule, bool spareOthers = false)
    {
        bool own = rule == NamingRule.AsCoded;
        for (int other = 0; other < Count; other++)
        {
            if (other == name)
                Step(_weights[name], counts, potentiation, own ? depression : 0, own ? name : 0, own ? Count - 1 - name : 0);
            else if (!own && !spareOthers)
                Step(_weights[other], counts, 0, depression, 1, 0);
        }
    }

    /// <summary>Scores of all names from active steps, or from any other weighting of the features, such as charges Σ V.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="activity">One for each feature.</param>
    /// <param name="readOut">How connections become a score.</param>
    /// <param name="scores">Receives one for each name.</param>
    public void Score<T>(ReadOnlySpan<T> activity, NamingReadOut readOut, Span<double> scores)
        where T : unmanaged, INumberBase<T>
    {
        for (int name = 0; name < Count; name++)
            scores[name] = Score(activity, readOut, _weights[name], _initial[name]);
    }

    // Weakening by the names before this one, strengthening, weakening by the names after it: the original's order.
    private static void Step(double[] weights, ReadOnlySpan<byte> counts, double potentiation, double depression, int before, int after)
    {
        for (int x = 0; x < weights.Length; x++)
        {
            double m = weights[x];
            for (int n = counts[x]; n > 0; n--)
            {
                for (int k = 0; k < before; k++)
                    m -= depression * m * (1 - m);
                m += potentiation * m * (1 - m);
                for (int k = 0; k < after; k++)
                    m -= depression * m * (1 - m);
            }

            weights[x] = m;
        }
    }

    private static double Score<T>(ReadOnlySpan<T> activity, NamingReadOut readOut, double[] weights, double[] initial)
        where T : unmanaged, INumberBase<T>
    {
        double sum = 0, squares = 0;
        if (readOut == NamingReadOut.Plain)
        {
            for (int x = 0; x < weights.Length; x++)
                sum += double.CreateTruncating(activity[x]) * weights[x];
            return sum;
        }

        for (int x = 0; x < weights.Length; x++)
        {
            double learned = weights[x] - initial[x];
            sum += double.CreateTruncating(activity[x]) * learned;
            squares += learned * learned;
        }

        return squares > 0 ? sum / Math.Sqrt(squares) : 0;
    }
}
