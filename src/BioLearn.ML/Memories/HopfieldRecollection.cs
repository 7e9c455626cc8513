using System.Numerics.Tensors;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Memories;

/// <summary>
/// A pattern that a <see cref="HopfieldMemory"/> completes, step by step: s_i ← sign(W_i s) for one unit after the other in random order, for all at once, or
/// q ← M' softmax(β M q) of the modern rule. But for all at once, <see cref="Energy"/> never rises. For one thread at a time.
/// </summary>
/// <example><code>
/// var recollection = memory.Recollect(cue);
/// while (recollection.Step())
///     Draw(recollection.State, recollection.Energy);
/// </code></example>
public sealed class HopfieldRecollection
{
    /// <summary>The modern rule has come to rest when no element changes by more than this share of the largest stored number.</summary>
    private const float Rest = 1e-5f;

    private readonly HopfieldSettings _settings;
    private readonly HopfieldDynamics<double>? _classical;
    private readonly ModernHopfield<float>? _modern;
    private readonly float _rest;
    private readonly double[] _signs;
    private readonly float[] _shown;
    private readonly int[] _order;
    private RandomStream _orders;
    private int _visited;
    private bool _moved;

    internal HopfieldRecollection(HopfieldSettings settings, double[] weights, float[] patterns, int size)
    {
        bool modern = settings.Rule == HopfieldRule.Modern;
        _settings = settings;
        _classical = modern ? null : new(weights, size);
        _modern = modern ? new(patterns, size, settings.Beta) : null;
        _rest = Rest * Math.Abs(TensorPrimitives.MaxMagnitude<float>(patterns));
        _shown = new float[size];
        _signs = new double[modern ? 0 : size];
        _order = new int[modern || settings.Synchronous ? 0 : size];
        _orders = Orders();
    }

    /// <summary>Whether a last sweep over all units, or step of the modern rule, changed nothing.</summary>
    public bool Converged { get; private set; }

    /// <summary>Sweeps over all units that are done, or steps of the modern rule.</summary>
    public int Sweeps { get; private set; }

    /// <summary>The unit that the last step changed; -1 where none, or all at once.</summary>
    public int Changed { get; private set; } = -1;

    /// <summary>Whether no step changes anything any more: it has converged, or made as many sweeps as it may.</summary>
    public bool IsOver => Converged || Sweeps >= _settings.MaximumSweeps;

    /// <summary>The state [N]: −1, +1, and 0 where a unit is unknown still; any numbers for the modern rule.</summary>
    public ReadOnlySpan<float> State
    {
        get
        {
            if (_modern is null)
                TensorPrimitives.ConvertTruncating<double, float>(_signs, _shown);
            return _shown;
        }
    }

    /// <summary>E = −½ s'W s of the state; of the modern rule −ln Σ exp(β M q) / β + ½ ‖q‖², constants dropped. It takes N² multiplications, or N a pattern.</summary>
    public double Energy => _modern?.Energy(_shown) ?? _classical!.Energy(_signs);

    /// <summary>Begins with another cue.</summary>
    /// <param name="cue">[N]; elements that equal the threshold, or are NaN, are unknown.</param>
    /// <exception cref="ArgumentException">The cue has another length.</exception>
    public void Begin(ReadOnlySpan<float> cue)
    {
        if (cue.Length != _shown.Length)
            throw new ArgumentException($"must have {_shown.Length} elements, got {cue.Length}", nameof(cue));
        for (int i = 0; i < cue.Length; i++)
        {
            if (_modern is not null)
                _shown[i] = float.IsFinite(cue[i]) ? cue[i] : 0;
            else
                _signs[i] = float.IsNaN(cue[i]) ? 0 : Math.Sign(cue[i] - _settings.Threshold);
        }
        (Converged, Sweeps, Changed, _visited, _moved) = (false, 0, -1, _order.Length, false);
        _orders = Orders();
    }

    /// <summary>Goes on to the next unit that changes, or changes all units at once.</summary>
    /// <returns>Whether anything changed; false when it <see cref="IsOver"/>.</returns>
    public bool Step()
    {
        Changed = -1;
        if (_order.Length == 0)
            return !IsOver && Together();
        while (!IsOver)
        {
            if (_visited == _order.Length)
            {
                _orders.FillPermutation(_order);
                (_visited, _moved) = (0, false);
            }
            while (_visited < _order.Length && Changed < 0)
            {
                int unit = _order[_visited++];
                if (_classical!.Visit(_signs, unit))
                    (Changed, _moved) = (unit, true);
            }
            if (_visited == _order.Length)
                (Sweeps, Converged) = (Sweeps + 1, !_moved);
            if (Changed >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Goes on until it <see cref="IsOver"/>.</summary>
    public void Complete()
    {
        while (Step())
        {
        }
    }

    private bool Together()
    {
        bool moving = _modern is null ? _classical!.Together(_signs) : _modern.Step(_shown) > _rest;
        (Sweeps, Converged) = (Sweeps + 1, !moving);
        return moving;
    }

    // The same for every row, so that rows do not depend on one another.
    private RandomStream Orders() => new(_settings.Seed, "order");
}
