using BioLearn.Kernels.Random;

namespace BioLearn.ML.Plasticity.Mazes;

/// <summary>A cell of a maze: row from the top, column from the left, from 0.</summary>
/// <param name="Row">The row.</param>
/// <param name="Column">The column.</param>
public readonly record struct MazeCell(int Row, int Column);

/// <summary>
/// The maze of Miconi, Clune and Stanley 2018 (section 4.5) and of Miconi et al. 2019: a square within walls, a pillar at every even row and column. One cell
/// is rewarding, another one in each episode; who comes upon it is put somewhere else. What is learned of it can only lie in the network's traces and states.
/// </summary>
public sealed class Maze
{
    /// <summary>Actions: up, down, left, right.</summary>
    public const int Actions = 4;

    /// <summary>Inputs: the nine cells around (1 is a wall), one unused, a constant 1, the share of the episode that is over, the last reward, the last action one-hot.</summary>
    public const int Inputs = 17;

    private const int Bias = 10, Time = 11, LastReward = 12, LastAction = 13;

    private readonly MazeOptions _options;
    private readonly RandomStream _stream;
    private int _step;
    private double _reward;
    private int _action = -1;

    /// <summary>An episode at its beginning: the agent stands in the middle.</summary>
    /// <param name="options">The maze.</param>
    /// <param name="stream">Where the reward lies, and where the agent is put, is drawn from it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Maze(MazeOptions options, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stream);
        options.Validate();
        (_options, _stream) = (options, stream);
        Agent = Centre;
        Goal = Draw(Centre);
    }

    /// <summary>Where the agent is.</summary>
    public MazeCell Agent { get; private set; }

    /// <summary>The rewarding cell.</summary>
    public MazeCell Goal { get; }

    private MazeCell Centre => new(_options.Size / 2, _options.Size / 2);

    /// <summary>Whether a cell is a wall. The one in the middle never is.</summary>
    /// <param name="cell">A cell within the square.</param>
    public bool IsWall(MazeCell cell) => cell != Centre
        && (cell.Row == 0 || cell.Column == 0 || cell.Row == _options.Size - 1 || cell.Column == _options.Size - 1 || (cell.Row % 2 == 0 && cell.Column % 2 == 0));

    /// <summary>Writes what the agent senses.</summary>
    /// <param name="inputs">[<see cref="Inputs"/>] or longer.</param>
    public void Sense(Span<float> inputs)
    {
        inputs[..Inputs].Clear();
        for (int i = 0; i < 9; i++)
            inputs[i] = IsWall(new(Agent.Row + (i / 3) - 1, Agent.Column + (i % 3) - 1)) ? 1 : 0;
        inputs[Bias] = 1;
        inputs[Time] = (float)_step / _options.Steps;
        inputs[LastReward] = (float)_reward;
        if (_action >= 0)
            inputs[LastAction + _action] = 1;
    }

    /// <summary>Acts.</summary>
    /// <param name="action">From 0 to 3: up, down, left, right.</param>
    /// <returns>The reward.</returns>
    public double Act(int action)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(action);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(action, Actions);
        MazeCell to = action switch
        {
            0 => Agent with { Row = Agent.Row - 1 },
            1 => Agent with { Row = Agent.Row + 1 },
            2 => Agent with { Column = Agent.Column - 1 },
            _ => Agent with { Column = Agent.Column + 1 },
        };
        _reward = 0;
        if (IsWall(to))
            _reward = -_options.WallPenalty;
        else
            Agent = to;
        if (Agent == Goal)
        {
            _reward += _options.Reward;
            Agent = Draw(Goal);
        }
        (_action, _step) = (action, _step + 1);
        return _reward;
    }

    private MazeCell Draw(MazeCell but)
    {
        MazeCell cell;
        do
            cell = new(_stream.NextInt(_options.Size), _stream.NextInt(_options.Size));
        while (IsWall(cell) || cell == but);
        return cell;
    }
}
