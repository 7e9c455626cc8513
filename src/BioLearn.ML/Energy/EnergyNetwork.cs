using System.Numerics.Tensors;

namespace BioLearn.ML.Energy;

/// <summary>In which order <see cref="EnergyNetwork"/> moves its groups of units in a step.</summary>
public enum GroupOrder
{
    /// <summary>All from the old states.</summary>
    Together,

    /// <summary>One after the other, each seeing what those before it have become.</summary>
    InTurn,
}

/// <summary>How a rate changes with the energy, before each step but the first.</summary>
/// <param name="Rate">The first rate; above 0.</param>
/// <param name="Discount">Factor where the energy has not fallen since the step before.</param>
/// <param name="Amplifier">Factor where it has.</param>
public readonly record struct DescentRate(double Rate, double Discount = 1, double Amplifier = 1)
{
    /// <summary>A rate that stays.</summary>
    /// <param name="rate">The rate.</param>
    public static implicit operator DescentRate(double rate) => new(rate);

    /// <summary>A rate that stays.</summary>
    /// <param name="rate">The rate.</param>
    /// <returns>It.</returns>
    public static DescentRate FromDouble(double rate) => new(rate);
}

/// <summary>One connection of an <see cref="EnergyNetwork"/>.</summary>
/// <param name="From">Presynaptic group, from 0.</param>
/// <param name="To">Postsynaptic group; may be the same.</param>
/// <param name="Energy">Its energy.</param>
public sealed record EnergyConnection(int From, int To, IConnectionEnergy Energy)
{
    /// <summary>Whether weights are made symmetric, (W + W') / 2, and their diagonal 0, after every step; for groups connected to themselves. Default: no.</summary>
    public bool IsSymmetric { get; init; }
}

/// <summary>
/// A network of any energy: groups of units whose states are free, unless clamped, and connections between them, each with an energy of its own
/// (<see cref="IConnectionEnergy"/>). States descend the sum E + λ/2 Σ x², then weights do; or they climb it in a negative phase. A bench for energies
/// that are not in the library yet: layered, recurrent or fully connected networks, clamped wherever one likes.
/// </summary>
/// <remarks>
/// States stay from call to call, so that a phase begins where the last one ended. Slopes are sums over samples. In double precision; serves one
/// thread at a time. For training on data take a <see cref="Networks.LearningRule"/>, such as <see cref="PredictiveCoding"/> or <see cref="EquilibriumPropagation"/>.
/// </remarks>
public sealed class EnergyNetwork
{
    private readonly double[][] _states, _slopes, _weights, _weightSlopes;
    private readonly bool[][] _clamped;
    private readonly EnergyConnection[] _connections;

    /// <summary>Makes the network; states and weights are 0, and all units free.</summary>
    /// <param name="samples">Samples; at least 1.</param>
    /// <param name="groups">Units of each group; at least one group, of at least one unit.</param>
    /// <param name="connections">What connects them.</param>
    /// <exception cref="ArgumentException">A number is out of range, or a connection between groups that there are not, or a symmetric one between two.</exception>
    public EnergyNetwork(int samples, IReadOnlyList<int> groups, IReadOnlyList<EnergyConnection> connections)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(connections);
        if (groups.Count == 0 || groups.Any(g => g < 1))
            throw new ArgumentException($"The groups are [{string.Join(", ", groups)}]; expected at least one, of at least 1 unit.", nameof(groups));
        foreach (EnergyConnection connection in connections)
        {
            if (connection.From < 0 || connection.From >= groups.Count || connection.To < 0 || connection.To >= groups.Count)
                throw new ArgumentException($"A connection goes from group {connection.From} to {connection.To}; there are 0 to {groups.Count - 1}.", nameof(connections));
            if (connection.IsSymmetric && connection.From != connection.To)
                throw new ArgumentException($"The connection from group {connection.From} to {connection.To} is symmetric; expected one within a group.", nameof(connections));
        }
        Samples = samples;
        Groups = [.. groups];
        _connections = [.. connections];
        _states = [.. groups.Select(g => new double[samples * g])];
        _slopes = [.. groups.Select(g => new double[samples * g])];
        _clamped = [.. groups.Select(g => new bool[g])];
        _weights = [.. connections.Select(c => new double[groups[c.To] * groups[c.From]])];
        _weightSlopes = [.. _weights.Select(w => new double[w.Length])];
    }

    /// <summary>Layers, each connected to the next.</summary>
    /// <param name="samples">Samples.</param>
    /// <param name="widths">Units of the input and of each layer.</param>
    /// <param name="energy">Energy of every connection.</param>
    /// <param name="recurrent">Whether there are connections back, with weights of their own.</param>
    /// <returns>The network; connection l leads to layer l + 1, those back follow in the same order.</returns>
    public static EnergyNetwork Layered(int samples, IReadOnlyList<int> widths, IConnectionEnergy energy, bool recurrent = false)
    {
        ArgumentNullException.ThrowIfNull(widths);
        IEnumerable<EnergyConnection> forth = Enumerable.Range(0, Math.Max(0, widths.Count - 1)).Select(l => new EnergyConnection(l, l + 1, energy));
        return new(samples, widths, [.. forth, .. recurrent ? forth.Select(c => new EnergyConnection(c.To, c.From, energy)) : []]);
    }

    /// <summary>One group, all of whose units are connected with each other, none with itself.</summary>
    /// <param name="samples">Samples.</param>
    /// <param name="units">Units.</param>
    /// <param name="energy">Energy of the connection.</param>
    /// <returns>The network.</returns>
    public static EnergyNetwork FullyConnected(int samples, int units, IConnectionEnergy energy) =>
        new(samples, [units], [new EnergyConnection(0, 0, energy) { IsSymmetric = true }]);

    /// <summary>Samples.</summary>
    public int Samples { get; }

    /// <summary>Units of each group.</summary>
    public IReadOnlyList<int> Groups { get; }

    /// <summary>λ of λ/2 Σ x² over all units; at least 0. Default: 0.</summary>
    public double Leak { get; init; }

    /// <summary>How groups move in a step. Default: together.</summary>
    public GroupOrder Order { get; init; }

    /// <summary>States of a group, [samples, units]; a view.</summary>
    /// <param name="group">The group, from 0.</param>
    /// <returns>The view.</returns>
    public Span<double> States(int group) => _states[group];

    /// <summary>Weights of a connection, [post, pre]; a view.</summary>
    /// <param name="connection">The connection, from 0.</param>
    /// <returns>The view.</returns>
    public Span<double> Weights(int connection) => _weights[connection];

    /// <summary>Holds units of a group at given states until <see cref="Release"/>.</summary>
    /// <param name="group">The group, from 0.</param>
    /// <param name="states">[samples, units held].</param>
    /// <param name="first">The first unit held. Default: 0.</param>
    /// <exception cref="ArgumentException">The states are not so many.</exception>
    public void Clamp(int group, ReadOnlySpan<double> states, int first = 0)
    {
        int units = states.Length / Samples, width = Groups[group];
        if (units * Samples != states.Length || first < 0 || first + units > width)
            throw new ArgumentException($"There are {states.Length} states for {Samples} samples of the group's {width} units from {first} on.", nameof(states));
        for (int b = 0; b < Samples; b++)
            states.Slice(b * units, units).CopyTo(_states[group].AsSpan((b * width) + first, units));
        _clamped[group].AsSpan(first, units).Fill(true);
    }

    /// <summary>Lets all units go; their states stay.</summary>
    public void Release()
    {
        foreach (bool[] group in _clamped)
            Array.Clear(group);
    }

    /// <summary>The energy at states and weights as they are.</summary>
    /// <returns>E + λ/2 Σ x², summed over samples.</returns>
    public double Energy() => Evaluate(group: null, weights: false);

    /// <summary>∂E/∂x of a group at states and weights as they are.</summary>
    /// <param name="group">The group, from 0.</param>
    /// <returns>[samples, units].</returns>
    public double[] StateSlope(int group)
    {
        Evaluate(group, weights: false);
        return [.. _slopes[group]];
    }

    /// <summary>∂E/∂W of a connection at states and weights as they are, summed over samples.</summary>
    /// <param name="connection">The connection, from 0.</param>
    /// <returns>[post, pre].</returns>
    public double[] WeightSlope(int connection)
    {
        Evaluate(group: null, weights: true);
        return [.. _weightSlopes[connection]];
    }

    /// <summary>States that are not clamped go down the energy.</summary>
    /// <param name="steps">Steps; at least 0.</param>
    /// <param name="rate">Their rate; a number for one that stays.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The energy before each step.</returns>
    public double[] Infer(int steps, DescentRate rate, CancellationToken cancellation = default) => Descend(steps, rate, MoveStates, weights: false, cancellation);

    /// <summary>Weights go down the energy, states staying where they are; with a rate below 0 they climb it, as in a negative phase.</summary>
    /// <param name="steps">Steps; at least 0.</param>
    /// <param name="rate">Their rate; a number for one that stays.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The energy before each step.</returns>
    public double[] Learn(int steps, DescentRate rate, CancellationToken cancellation = default) => Descend(steps, rate, MoveWeights, weights: true, cancellation);

    private void MoveStates(double rate)
    {
        for (int g = 0; g < _states.Length; g++)
        {
            if (Order == GroupOrder.InTurn)
                Evaluate(g, weights: false);
            Move(g, rate);
        }
    }

    private void MoveWeights(double rate)
    {
        for (int c = 0; c < _weights.Length; c++)
        {
            TensorPrimitives.MultiplyAdd(_weightSlopes[c], -rate, _weights[c], _weights[c]);
            if (_connections[c].IsSymmetric)
                MakeSymmetric(_weights[c], Groups[_connections[c].To]);
        }
    }

    private double[] Descend(int steps, DescentRate rate, Action<double> step, bool weights, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        double[] energies = new double[steps];
        double present = rate.Rate;
        for (int t = 0; t < steps; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            energies[t] = Evaluate(group: null, weights);
            if (t > 0)
                present *= energies[t] < energies[t - 1] ? rate.Amplifier : rate.Discount;
            step(present);
        }
        return energies;
    }

    private void Move(int group, double rate)
    {
        int width = Groups[group];
        for (int i = 0; i < _states[group].Length; i++)
        {
            if (!_clamped[group][i % width])
                _states[group][i] -= rate * _slopes[group][i];
        }
    }

    /// <summary>Slopes of all states, or of those of one group (then the energy is that of its connections).</summary>
    private double Evaluate(int? group, bool weights)
    {
        foreach (double[] slopes in weights ? _slopes.Concat(_weightSlopes) : _slopes)
            Array.Clear(slopes);
        double energy = 0;
        for (int c = 0; c < _connections.Length; c++)
        {
            (int from, int to) = (_connections[c].From, _connections[c].To);
            if (group is { } one && from != one && to != one)
                continue;
            energy += _connections[c].Energy.Evaluate(new ConnectionStates
            {
                Samples = Samples,
                Pre = _states[from],
                Post = _states[to],
                Weights = _weights[c],
                PreSlope = _slopes[from],
                PostSlope = _slopes[to],
                WeightSlope = weights ? _weightSlopes[c] : default,
            });
        }
        for (int g = 0; g < _states.Length && Leak != 0; g++)
        {
            energy += 0.5 * Leak * TensorPrimitives.SumOfSquares<double>(_states[g]);
            TensorPrimitives.MultiplyAdd(_states[g], Leak, _slopes[g], _slopes[g]);
        }
        return energy;
    }

    private static void MakeSymmetric(double[] weights, int units)
    {
        for (int i = 0; i < units; i++)
        {
            weights[(i * units) + i] = 0;
            for (int j = 0; j < i; j++)
                weights[(i * units) + j] = weights[(j * units) + i] = 0.5 * (weights[(i * units) + j] + weights[(j * units) + i]);
        }
    }
}
