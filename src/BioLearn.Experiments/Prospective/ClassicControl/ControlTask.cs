using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.ClassicControl;

/// <summary>
/// A task of classic control with finitely many actions, as in OpenAI's gym (versions 0.21 and 0.26 have the same equations). The state is kept
/// in double precision; an episode ends at a goal, at a failure, or at the limit of steps.
/// </summary>
/// <param name="stateSize">Numbers of the state.</param>
/// <param name="observationSize">Numbers of an observation.</param>
/// <param name="actions">Number of actions.</param>
/// <param name="stepLimit">Steps after which an episode ends.</param>
public abstract class ControlTask(int stateSize, int observationSize, int actions, int stepLimit)
{
    private readonly double[] _state = new double[stateSize];
    private readonly double[] _observation = new double[observationSize];

    /// <summary>Numbers of an observation.</summary>
    public int ObservationSize => observationSize;

    /// <summary>Number of actions; they are numbered from 0.</summary>
    public int Actions => actions;

    /// <summary>Steps after which an episode ends, whatever happens; at least 1. Default: the task's own in gym.</summary>
    public int StepLimit { get; init; } = stepLimit;

    /// <summary>Steps made since the episode began.</summary>
    public int Steps { get; private set; }

    /// <summary>What the agent sees of the state; a view of numbers that the next step changes.</summary>
    public ReadOnlySpan<double> Observation => _observation;

    /// <summary>The state.</summary>
    public ReadOnlySpan<double> State => _state;

    /// <summary>Begins an episode at random, as gym does.</summary>
    /// <param name="random">Where the start is drawn from.</param>
    public void Start(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        DrawStart(random, _state);
        Begin();
    }

    /// <summary>Begins an episode at a given state.</summary>
    /// <param name="state">As long as <see cref="State"/>.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void Start(ReadOnlySpan<double> state)
    {
        if (state.Length != _state.Length)
            throw new ArgumentException($"The state has {state.Length} numbers; expected {_state.Length}.", nameof(state));
        state.CopyTo(_state);
        Begin();
    }

    /// <summary>One step.</summary>
    /// <param name="action">From 0 to <see cref="Actions"/> - 1.</param>
    /// <returns>The reward, whether the task itself ended the episode, and whether the episode is over, be it by the limit of steps.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public ControlStep Step(int action)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, (uint)Actions, nameof(action));
        bool ended = Move(action, _state);
        Steps++;
        Observe(_state, _observation);
        return new ControlStep(Reward(ended), ended, ended || Steps >= StepLimit);
    }

    /// <summary>Draws the state at which an episode begins.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="state">Receives it.</param>
    protected abstract void DrawStart(RandomStream random, Span<double> state);

    /// <summary>The dynamics.</summary>
    /// <param name="action">What is done.</param>
    /// <param name="state">Moved by one step.</param>
    /// <returns>Whether this ends the episode.</returns>
    protected abstract bool Move(int action, Span<double> state);

    /// <summary>The reward of a step.</summary>
    /// <param name="ended">Whether it ended the episode.</param>
    /// <returns>The reward.</returns>
    protected abstract double Reward(bool ended);

    /// <summary>What is seen of a state. Default: all of it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="observation">Receives what is seen.</param>
    protected virtual void Observe(ReadOnlySpan<double> state, Span<double> observation) => state.CopyTo(observation);

    private void Begin()
    {
        Steps = 0;
        Observe(_state, _observation);
    }
}

/// <summary>What a step of a <see cref="ControlTask"/> brought.</summary>
/// <param name="Reward">The reward.</param>
/// <param name="IsTerminal">Whether the task itself ended the episode: a fall, or the goal.</param>
/// <param name="IsOver">Whether the episode is over: <paramref name="IsTerminal"/>, or the limit of steps.</param>
public readonly record struct ControlStep(double Reward, bool IsTerminal, bool IsOver);
